"""Who contacts a family and how often, and who is not heard."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import AMSTERDAM
from domain.family_plan import FamilyPlan
from domain.values import (
    Conversation,
    FamilyMember,
    FamilyRole,
    Heard,
    Manner,
)
from projections.contact_load import (
    AgencyContacts,
    ContactLoadView,
    MannerCount,
    MemberContact,
    WeekContacts,
    contact_load_view,
)
from projections.contact_rows import projection
from projections.rows import MemoryRows, Reader, Row
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, folded, opened, recorded

# Monday 2 March 2026 is in week 10. The plan of support.opened() begins on it at 10:00 Dutch time.
NOW = at(31)
"""A Tuesday, in week 14."""
ANNA_AND_BRAM = (Heard(member_id="anna", heard=True), Heard(member_id="bram", heard=False))


def view(reader: Reader, now: datetime = NOW) -> ContactLoadView:
    found = contact_load_view(reader, "F1", now)
    assert found is not None
    return found


def converse(
    plan: FamilyPlan,
    conversation_id: str,
    held_at: datetime,
    agency: str = "police",
    manner: Manner = Manner.HOME_VISIT,
    **facts: Any,
) -> None:
    conversation = Conversation(
        **{
            "conversation_id": conversation_id,
            "agency": agency,
            "professional": "Els",
            "manner": manner,
            "held_at": held_at,
            "members": ANNA_AND_BRAM,
            "about": "how it goes",
            **facts,
        }
    )
    told_at = max(held_at, at(2))
    plan.hold_conversation(conversation, context(held_at, told_at, agency=agency))


def test_a_family_without_a_plan_has_none_one_with_a_plan_has(read: Read) -> None:
    reader = read(events_of(opened("F1")))
    assert contact_load_view(reader, "F2", NOW) is None
    found = view(reader)
    assert (found.contacts_4_weeks, found.contacts_12_weeks, found.agencies) == (0, 0, ())
    assert found.members == (
        MemberContact(
            member_id="anna",
            role=FamilyRole.PARENT,
            last_heard_at=None,
            last_heard_in=None,
            days_unheard=29,  # 2 to 31 March
            too_long=False,
        ),
        MemberContact(
            member_id="bram",
            role=FamilyRole.CHILD,
            last_heard_at=None,
            last_heard_in=None,
            days_unheard=29,
            too_long=False,
        ),
    )


def test_contacts_are_counted_by_agency(read: Read) -> None:
    plan = opened()
    converse(plan, "k1", at(30))
    converse(plan, "k2", at(4), manner=Manner.PHONE, professional="Jan")
    converse(plan, "k3", at(3), "school", Manner.AT_SCHOOL)  # Tuesday: 28 days before, not within
    converse(plan, "k4", datetime(2026, 1, 7, 9, tzinfo=AMSTERDAM), "school")  # 83 days before
    converse(plan, "k5", datetime(2026, 1, 6, 9, tzinfo=AMSTERDAM), "school")  # 84 days before
    converse(plan, "k6", datetime(2025, 6, 1, 9, tzinfo=AMSTERDAM), "halt")
    found = view(read(events_of(plan)))
    assert (found.contacts_4_weeks, found.contacts_12_weeks) == (2, 4)
    assert found.agencies == (
        AgencyContacts(
            agency="police",
            last_4_weeks=2,
            last_12_weeks=2,
            by_manner=(
                MannerCount(manner=Manner.HOME_VISIT, count=1),
                MannerCount(manner=Manner.PHONE, count=1),
            ),
            last_at=at(30),
            last_manner=Manner.HOME_VISIT,
            last_professional="Els",
            last_conversation="k1",
        ),
        AgencyContacts(
            agency="school",
            last_4_weeks=0,
            last_12_weeks=2,
            by_manner=(
                MannerCount(manner=Manner.AT_SCHOOL, count=1),
                MannerCount(manner=Manner.HOME_VISIT, count=1),
            ),
            last_at=at(3),
            last_manner=Manner.AT_SCHOOL,
            last_professional="Els",
            last_conversation="k3",
        ),
        AgencyContacts(
            agency="halt",
            last_4_weeks=0,
            last_12_weeks=0,
            by_manner=(),
            last_at=datetime(2025, 6, 1, 9, tzinfo=AMSTERDAM),
            last_manner=Manner.HOME_VISIT,
            last_professional="Els",
            last_conversation="k6",
        ),
    )


def test_visits_stand_week_by_week_in_dutch_days(read: Read) -> None:
    plan = opened()
    converse(plan, "k1", at(23), "police")
    converse(plan, "k2", at(24), "police")
    converse(plan, "k3", at(25), "school")
    # Sunday 29 March, 23:30 Dutch (summer) time: still week 13. Half an hour later is week 14.
    converse(plan, "k4", at(29, 21, 30), "youth-care")
    converse(plan, "k5", at(29, 22), "youth-care")
    converse(plan, "k6", at(26), "school", Manner.AT_SCHOOL)
    converse(plan, "k7", at(26), "school", Manner.VIDEO)
    converse(plan, "k8", at(27), "halt", Manner.ELSEWHERE)
    weeks = view(read(events_of(plan))).weeks
    assert len(weeks) == 12
    assert weeks[0] == WeekContacts(
        week="2026-W14",
        begins_on=date(2026, 3, 30),
        home_visits=1,
        visiting_agencies=("youth-care",),
        other_face_to_face=0,
        at_a_distance=0,
        total=1,
        several_visitors=False,
    )
    assert weeks[1] == WeekContacts(
        week="2026-W13",
        begins_on=date(2026, 3, 23),
        home_visits=4,
        visiting_agencies=("police", "school", "youth-care"),
        other_face_to_face=2,
        at_a_distance=1,
        total=7,
        several_visitors=True,
    )
    assert {one.total for one in weeks[2:]} == {0}
    # Eleven weeks before 30 March.
    assert (weeks[-1].week, weeks[-1].begins_on) == ("2026-W03", date(2026, 1, 12))


def test_who_is_heard_and_who_is_not(read: Read) -> None:
    plan = opened()
    neighbour = FamilyMember(member_id="buur", name="Co", role=FamilyRole.NETWORK)
    plan.add_member(neighbour, context(at(3)))
    converse(plan, "k2", at(20))
    converse(plan, "k1", at(10))  # told later: Anna was heard since
    reader = read(events_of(plan))
    # 27 April is 56 days after 2 March, 38 after 20 March.
    before, then = (datetime(2026, 4, day, 12, tzinfo=AMSTERDAM) for day in (26, 27))
    assert not any(one.too_long for one in view(reader, before).members)
    members = view(reader, then).members
    assert [(one.member_id, one.days_unheard, one.too_long) for one in members] == [
        ("bram", 56, True),
        ("buur", 55, False),  # of the network: need not be heard
        ("anna", 38, False),
    ]
    assert (members[2].last_heard_at, members[2].last_heard_in) == (at(20), "k2")


def test_a_former_member_is_left_out_and_comes_back_with_what_was_heard(read: Read) -> None:
    plan = opened()
    converse(plan, "k1", at(10))
    plan.remove_member("anna", "moved", context(at(11)))
    converse(plan, "k2", at(12))  # Anna was heard all the same
    events = events_of(plan)
    assert [one.member_id for one in view(read(events)).members] == ["bram"]
    anna = FamilyMember(member_id="anna", name="Anna", role=FamilyRole.PARENT)
    plan.add_member(anna, context(at(20)))
    _, back = view(read(events + events_of(plan))).members
    assert (back.member_id, back.last_heard_in, back.days_unheard) == ("anna", "k2", 11)


TOLD = st.lists(
    st.tuples(
        st.sampled_from(["police", "school", "halt"]),
        st.sampled_from(Manner),
        st.integers(0, 100 * 24 * 60),
        st.sampled_from(["anna", "bram"]),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(told=TOLD)
def test_counts_are_those_of_a_naive_recount(
    told: list[tuple[str, Manner, int, str, bool]],
) -> None:
    """Each conversation told, with how many minutes before now it was held."""
    plan = opened()
    days: list[tuple[str, Manner, int]] = []
    last: dict[str, datetime] = {}
    today = NOW.astimezone(AMSTERDAM).date()
    for number, (agency, manner, ago, member_id, is_heard) in enumerate(told):
        held_at = NOW - timedelta(minutes=ago)
        members = (Heard(member_id=member_id, heard=is_heard),)
        converse(plan, f"k{number}", held_at, agency, manner, members=members)
        days.append((agency, manner, (today - held_at.astimezone(AMSTERDAM).date()).days))
        if is_heard:
            last[member_id] = max(held_at, last.get(member_id, held_at))
    shown = view(folded(recorded(events_of(plan)), [projection]))
    within = {weeks: [one for one in days if one[2] < weeks * 7] for weeks in (4, 12)}
    assert (shown.contacts_4_weeks, shown.contacts_12_weeks) == tuple(map(len, within.values()))
    for agency in {one[0] for one in days}:
        (row,) = (one for one in shown.agencies if one.agency == agency)
        assert row.last_4_weeks == sum(one[0] == agency for one in within[4])
        manners = Counter(one[1] for one in within[12] if one[0] == agency)
        assert {one.manner: one.count for one in row.by_manner} == manners
        assert row.last_12_weeks == manners.total()
    assert {one.member_id: one.last_heard_at for one in shown.members if one.last_heard_at} == last
    # NOW is a Tuesday: the twelve weeks on show began 78 days before.
    assert sum(one.total for one in shown.weeks) == sum(one[2] <= 78 for one in days)
    for week in shown.weeks:
        assert week.total == week.home_visits + week.other_face_to_face + week.at_a_distance


@settings(max_examples=40, deadline=None)
@given(told=TOLD, data=st.data())
def test_the_order_in_which_it_is_told_makes_no_difference_and_nobody_is_heard_less(
    told: list[tuple[str, Manner, int, str, bool]], data: st.DataObject
) -> None:
    plan = opened()
    for number, (agency, manner, ago, member_id, is_heard) in enumerate(told):
        members = (Heard(member_id=member_id, heard=is_heard),)
        held_at = NOW - timedelta(minutes=ago)
        converse(plan, f"k{number}", held_at, agency, manner, members=members)
    opening, *conversations = events_of(plan)
    before: dict[str, datetime] = {}
    for count in range(len(conversations) + 1):
        shown = view(folded(recorded([opening, *conversations[:count]]), [projection]))
        after = {one.member_id: one.last_heard_at for one in shown.members if one.last_heard_at}
        assert all(after[one] >= heard_at for one, heard_at in before.items())
        before = after
    shuffled = data.draw(st.permutations(conversations))
    reader, other = (
        folded(recorded([opening, *one]), [projection]) for one in (conversations, shuffled)
    )
    assert view(reader) == view(other)


class CountingRows(MemoryRows):
    """Counts how many rows were put."""

    puts = 0

    def put(self, row: Row) -> None:
        self.puts += 1
        super().put(row)


def test_a_conversation_costs_the_same_however_many_there_were() -> None:
    plan = opened()
    rows = CountingRows()
    costs = []
    for number in range(100):
        converse(plan, f"k{number:03}", at(2) + timedelta(minutes=number))
        for event in events_of(plan):
            before = rows.puts
            projection.handle(event, number + 1, rows)
            costs.append(rows.puts - before)
    # The family and two members; then each time the contact, its agency, its week, and Anna.
    assert costs == [3, *[4] * 100]


@pytest.mark.parametrize("known_at", [at(2), at(31)])
def test_no_family_sees_the_contacts_of_another(read: Read, known_at: datetime) -> None:
    plans = [opened("F1"), opened("F2")]
    converse(plans[1], "k1", at(2))
    shown = view(read(events_of(*plans)), known_at)
    assert (shown.agencies, shown.contacts_12_weeks) == ((), 0)
    assert all(one.last_heard_at is None for one in shown.members)
