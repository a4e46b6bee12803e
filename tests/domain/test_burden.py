"""The two rules on the burden of help: too many visitors in a week, and members nobody hears."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.burden import (
    FACE_TO_FACE,
    THRESHOLDS,
    Listening,
    Visit,
    are_several,
    days_between,
    iso_week,
    next_unheard_at,
    not_heard,
    several_visitors,
    times_unheard,
)
from domain.calendar import beginning_of
from domain.values import Evidence, FamilyRole, Manner

# 1 January 2026, a Thursday, 10:00 in the Netherlands.
HEARD = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def visit(number: int, agency: str, *members: str) -> Visit:
    return Visit(f"k{number}", agency, HEARD + timedelta(hours=number), members)


def listening(role: FamilyRole = FamilyRole.CHILD, heard_in: str | None = "k1") -> Listening:
    return Listening("bram", role, HEARD, heard_in)


def test_the_table() -> None:
    assert (THRESHOLDS.visiting_agencies, THRESHOLDS.unheard_weeks) == (3, 8)
    assert set(FamilyRole) - THRESHOLDS.heard_roles == {FamilyRole.RELATIVE, FamilyRole.NETWORK}
    assert set(Manner) - FACE_TO_FACE == {Manner.PHONE, Manner.VIDEO}


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2025, 3, 31), "2025-W14"),  # a Monday
        (date(2025, 4, 6), "2025-W14"),  # the Sunday after it
        (date(2024, 12, 30), "2025-W01"),  # the Monday of the week of Thursday 2 January
        (date(2027, 1, 1), "2026-W53"),  # 2026 begins on a Thursday, so it has 53 weeks
    ],
)
def test_the_week_of_a_day(day: date, week: str) -> None:
    assert iso_week(day) == week


def test_two_agencies_however_often_are_not_several() -> None:
    visits = [visit(1, "police"), visit(2, "school"), visit(3, "police"), visit(4, "school")]
    assert several_visitors("2026-W01", visits) is None
    assert not are_several(["police", "school", "police"])


def test_the_third_agency_makes_them_several() -> None:
    visits = [
        visit(3, "youth-care", "anna"),
        visit(1, "police", "anna", "bram"),
        visit(2, "school", "bram"),
        visit(4, "police", "rick"),
    ]
    found = several_visitors("2026-W01", visits)
    assert found is not None
    assert (found.rule, found.key, found.level) == ("several-visitors", "2026-W01", 1)
    assert found.about == ("anna", "bram", "rick")
    assert found.detail == "3 agencies made 4 home visits in 2026-W01"
    assert found.evidence == tuple(
        Evidence(kind="conversation", item_id=one) for one in ("k1", "k2", "k3", "k4")
    )


@given(
    visits=st.lists(
        st.builds(
            visit,
            st.integers(0, 50),
            st.sampled_from(["police", "school", "halt", "shelter", "doctor"]),
            st.sampled_from(["anna", "bram"]),
        ),
        max_size=12,
    ),
    data=st.data(),
)
def test_the_order_in_which_visits_are_told_makes_no_difference_and_more_is_never_less(
    visits: list[Visit], data: st.DataObject
) -> None:
    found = several_visitors("2026-W01", visits)
    agencies = len({one.agency for one in visits})
    assert (found.level if found else 0) == max(0, agencies - 2)
    unique = {one.conversation_id: one for one in visits}.values()
    shuffled = data.draw(st.permutations(list(unique)))
    assert several_visitors("2026-W01", shuffled) == several_visitors("2026-W01", unique)


# 56 Dutch days after 1 January is 26 February; its first moment is 23:00 the day before in UTC.
REACHED = datetime(2026, 2, 25, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (HEARD, 0),
        (REACHED - timedelta(seconds=1), 0),
        (REACHED, 1),
        # 112 days after 1 January is 23 April, in summer time.
        (datetime(2026, 4, 22, 21, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 4, 22, 22, 0, tzinfo=UTC), 2),
        (HEARD - timedelta(days=100), 0),
    ],
)
def test_who_is_not_heard_for_eight_weeks(now: datetime, level: int) -> None:
    found = not_heard(listening(), now)
    assert times_unheard(listening(), now) == level
    assert (found.level if found else 0) == level


def test_what_is_found_about_somebody_unheard() -> None:
    found = not_heard(listening(), REACHED)
    assert found is not None
    assert (found.rule, found.key, found.about) == ("not-heard", "bram", ("bram",))
    assert found.detail == "not heard for 8 weeks"
    assert found.evidence == (Evidence(kind="conversation", item_id="k1"),)
    never = not_heard(listening(heard_in=None), REACHED)
    assert never is not None
    assert never.evidence == ()


@pytest.mark.parametrize("role", FamilyRole)
def test_the_network_and_relatives_are_not_waited_for(role: FamilyRole) -> None:
    far = REACHED + timedelta(days=1000)
    waited_for = role not in {FamilyRole.RELATIVE, FamilyRole.NETWORK}
    assert (not_heard(listening(role), far) is not None) is waited_for
    assert (next_unheard_at(listening(role), far) is not None) is waited_for


@given(minutes=st.integers(-300_000, 1_500_000))
def test_the_next_moment_is_the_first_at_which_the_level_rises(minutes: int) -> None:
    now = HEARD + timedelta(minutes=minutes)
    level = times_unheard(listening(), now)
    then = next_unheard_at(listening(), now)
    assert then is not None
    assert then > now
    assert times_unheard(listening(), then) == level + 1
    assert times_unheard(listening(), then - timedelta(microseconds=1)) == level


def test_days_are_dutch_days() -> None:
    # The night in which summer time begins: Sunday 29 March 2026.
    assert beginning_of(date(2026, 3, 29)) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert beginning_of(date(2026, 3, 30)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    late, later = (datetime(2026, 3, 28, hour, 30, tzinfo=UTC) for hour in (22, 23))
    assert (days_between(late, later), days_between(late, late)) == (1, 0)
