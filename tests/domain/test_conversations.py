"""Conversations: told by who held them, once, after they were held, with members that are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.context import CLOCK_TOLERANCE, Context, Provenance
from domain.errors import DomainError, PlanIsClosed, Refused, UnknownItem
from domain.family_plan import FamilyPlan
from domain.family_plan.conversations import ConversationHeld
from domain.keys import item_key
from domain.values import (
    Conversation,
    FamilyMember,
    FamilyRole,
    Heard,
    LeadCaseworker,
    Manner,
    Party,
    Role,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def context(role: Role = Role.AGENCY, agency: str | None = "police", actor: str = "x") -> Context:
    return Context(
        provenance=Provenance(
            actor=actor, role=role, agency=agency, correlation_id="c", causation_id="c"
        ),
        occurred_at=NOW,
        recorded_at=NOW,
    )


POLICE = context()
LEAD = context(Role.LEAD, "police", "carla")
ADMINISTRATOR = context(Role.ADMINISTRATOR, None)


def led_plan() -> FamilyPlan:
    """A plan of Anna, Bram and Opa, who left it; Carla leads it. Nothing pending."""
    plan = FamilyPlan.open(
        "F1",
        reason="a report",
        members=tuple(
            FamilyMember(member_id=one, name=one.title(), role=FamilyRole.PARENT)
            for one in ("anna", "bram", "opa")
        ),
        parties=(Party(agency="police", task="x"),),
        context=POLICE,
    )
    carla = LeadCaseworker(person_id="carla", name="Carla", agency="police")
    plan.assign_lead(carla, ADMINISTRATOR)
    plan.remove_member("opa", "moved", LEAD)
    plan.collect_events()
    return plan


def conversation(*members: str, **facts: Any) -> Conversation:
    return Conversation(
        **{
            "conversation_id": "k1",
            "agency": "police",
            "professional": "Els de Boer",
            "manner": Manner.HOME_VISIT,
            "held_at": NOW,
            "members": tuple(Heard(member_id=one, heard=True) for one in members or ("anna",)),
            "about": "how it goes",
            **facts,
        }
    )


def test_a_conversation_is_on_record_as_it_was_told() -> None:
    plan = led_plan()
    held = conversation(
        members=(
            Heard(member_id="bram", heard=True, words="I want to stay with grandma"),
            Heard(member_id="opa", heard=False),
        )
    )
    plan.hold_conversation(held, POLICE)
    (event,) = plan.pending_events
    assert isinstance(event, ConversationHeld)
    assert event.conversation == held
    assert event.makes_known() == (item_key("F1", "conversation", "k1"),)
    with pytest.raises(Refused, match="conversation k1 exists already"):
        plan.hold_conversation(conversation(), POLICE)


@pytest.mark.parametrize(
    ("who", "agency"),
    [
        pytest.param(POLICE, "police", id="a party its own"),
        pytest.param(context(agency="doctor"), "doctor", id="a stranger its own"),
        pytest.param(LEAD, "school", id="the lead another's"),
        pytest.param(ADMINISTRATOR, "school", id="an administrator another's"),
    ],
)
def test_who_may_tell_of_whose_conversation(who: Context, agency: str) -> None:
    plan = led_plan()
    plan.hold_conversation(conversation(agency=agency), who)
    assert len(plan.pending_events) == 1


@pytest.mark.parametrize(
    ("who", "agency", "field"),
    [
        pytest.param(POLICE, "school", "data.agency", id="a party another's"),
        pytest.param(context(Role.LEAD, "police", "dirk"), "police", "actor", id="another lead"),
    ],
)
def test_who_may_not(who: Context, agency: str, field: str) -> None:
    plan = led_plan()
    with pytest.raises(Refused) as refused:
        plan.hold_conversation(conversation(agency=agency), who)
    assert refused.value.field == field
    assert plan.pending_events == []


@pytest.mark.parametrize(
    "ahead",
    [
        pytest.param(CLOCK_TOLERANCE, id="within what clocks differ"),
        pytest.param(timedelta(days=-900), id="long ago"),
    ],
)
def test_what_was_held_is_told(ahead: timedelta) -> None:
    plan = led_plan()
    plan.hold_conversation(conversation(held_at=NOW + ahead), POLICE)
    assert len(plan.pending_events) == 1


def test_what_is_yet_to_be_held_is_not() -> None:
    later = NOW + CLOCK_TOLERANCE + timedelta(seconds=1)
    with pytest.raises(Refused) as refused:
        led_plan().hold_conversation(conversation(held_at=later), POLICE)
    assert refused.value.field == "data.held_at"
    assert "2026-03-02T12:05:01Z lies in the future" in refused.value.reason


@pytest.mark.parametrize(
    ("members", "error", "field"),
    [
        (("anna", "bram", "anna"), Refused, "data.members[2].member_id"),
        (("anna", "oma"), UnknownItem, "data.members[1].member_id"),
        (("unknown",), Refused, "data.members[0].member_id"),
    ],
)
def test_members_are_known_and_named_once(
    members: tuple[str, ...], error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as wrong:
        led_plan().hold_conversation(conversation(*members), POLICE)
    assert wrong.value.field == field


def test_a_conversation_on_a_closed_plan_waits_for_its_reopening() -> None:
    plan = led_plan()
    plan.close("done", LEAD)
    with pytest.raises(PlanIsClosed):
        plan.hold_conversation(conversation(), POLICE)


PEOPLE = ("anna", "bram", "opa", "oma", "unknown")
TELLINGS = st.lists(
    st.tuples(
        st.sampled_from(["k1", "k2", "k3"]),
        st.sampled_from(["police", "school"]),
        st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3),
        st.integers(-10, 10),
    ),
    max_size=15,
)


@given(tellings=TELLINGS)
def test_whatever_is_told_each_conversation_is_on_record_once_and_sound(
    tellings: list[tuple[str, str, list[str], int]],
) -> None:
    plan = led_plan()
    for new_id, agency, people, minutes in tellings:
        held_at = NOW + timedelta(minutes=minutes)
        told = conversation(*people, conversation_id=new_id, agency=agency, held_at=held_at)
        before = len(plan.pending_events)
        may = (
            new_id not in plan.items["conversation"]
            and agency == "police"
            and len(set(people)) == len(people)
            and set(people) <= {"anna", "bram", "opa"}
            and minutes <= 5
        )
        try:
            plan.hold_conversation(told, POLICE)
        except DomainError:
            assert not may
        assert len(plan.pending_events) == before + may
    held = [one.conversation for one in plan.pending_events if isinstance(one, ConversationHeld)]
    assert list(plan.items["conversation"]) == [one.conversation_id for one in held]
