"""Case conferences: called and closed by the lead, on an agenda that is drawn from the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.context import Context, Provenance
from domain.errors import Refused, UnknownItem
from domain.family_plan import (
    ActionAgreed,
    FamilyPlan,
)
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.keys import item_key
from domain.values import (
    Action,
    AgendaItem,
    Call,
    Decision,
    Evidence,
    FamilyMember,
    FamilyRole,
    Finding,
    LeadCaseworker,
    OpenQuestion,
    Owner,
    OwnerKind,
    Party,
    Role,
)

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)


def context(
    agency: str | None = "municipality",
    role: Role = Role.AGENCY,
    actor: str = "carla",
    at: datetime = NOW,
) -> Context:
    return Context(
        provenance=Provenance(
            actor=actor, role=role, agency=agency, correlation_id="c", causation_id="c"
        ),
        occurred_at=at,
        recorded_at=at,
    )


LEAD = context(role=Role.LEAD)
LEADS_AGENCY = context()
OTHER_PARTY = context("police", actor="police")
STRANGER = context("school", actor="school")
OTHER_LEAD = context("police", Role.LEAD, "dirk")
ADMINISTRATOR = context(None, Role.ADMINISTRATOR, "admin")
SERVICE = context(None, Role.SYSTEM, "watch")


def led_plan() -> FamilyPlan:
    """A plan of a mother, with the police and the municipality, that Carla of the latter leads."""
    plan = FamilyPlan.open(
        "F1",
        reason="melding",
        members=(FamilyMember(member_id="mother", name="Anna", role=FamilyRole.PARENT),),
        parties=(Party(agency="police", task="x"), Party(agency="municipality", task="y")),
        context=ADMINISTRATOR,
    )
    plan.assign_lead(
        LeadCaseworker(person_id="carla", name="Carla", agency="municipality"), ADMINISTRATOR
    )
    plan.collect_events()
    return plan


def call(conference_id: str = "c1", **facts: Any) -> Call:
    return Call(
        **{
            "conference_id": conference_id,
            "begins_at": NOW + timedelta(days=2),
            "agencies": ("police", "municipality"),
            **facts,
        }
    )


def decision(decision_id: str = "d1", **facts: Any) -> Decision:
    return Decision(
        **{"decision_id": decision_id, "conference_id": "c1", "text": "Wij bellen oma.", **facts}
    )


def ask(plan: FamilyPlan, question_id: str) -> None:
    question = OpenQuestion(
        question_id=question_id,
        text="Wie haalt de kinderen op?",
        owner=Owner(name="School", kind=OwnerKind.PROFESSIONAL, agency="police"),
    )
    plan.ask_question(question, OTHER_PARTY)


def agree(plan: FamilyPlan, action_id: str, due: date | None) -> None:
    action = Action(action_id=action_id, owner=Owner(name="Anna"), text="Belt oma.", due=due)
    plan.agree_action(action, OTHER_PARTY)


def signal(plan: FamilyPlan, key: str) -> str:
    """Raise a signal; gives its id."""
    finding = Finding(
        rule="repeat-report",
        key=key,
        detail="2 reports",
        evidence=(Evidence(kind="report", item_id="r1"),),
    )
    plan.raise_signal(finding, SERVICE)
    return list(plan.items["signal"])[-1]


def item(kind: str, item_id: str) -> AgendaItem:
    return AgendaItem.model_validate({"kind": kind, "item_id": item_id})


def last(plan: FamilyPlan) -> Any:
    return plan.pending_events[-1]


def test_the_agenda_is_what_is_open_and_what_is_overdue_on_the_dutch_day() -> None:
    plan = led_plan()
    agree(plan, "yesterday", TODAY - timedelta(days=1))
    agree(plan, "today", TODAY)
    agree(plan, "whenever", None)
    ask(plan, "answered")
    plan.answer_question("answered", "Oma haalt ze op.", OTHER_PARTY)
    agree(plan, "done", TODAY - timedelta(days=9))
    plan.complete_action("done", "gebeld", OTHER_PARTY)
    ask(plan, "q2")
    ask(plan, "q1")
    first, second = signal(plan, "mother"), signal(plan, "family")
    plan.call_conference(call(), LEAD)
    # Signals, questions, actions; within each as they came. Due today is not overdue yet.
    assert last(plan).agenda == (
        item("signal", first),
        item("signal", second),
        item("question", "q2"),
        item("question", "q1"),
        item("action", "yesterday"),
    )


def test_a_day_is_over_at_midnight_in_the_netherlands() -> None:
    # 22:59:59 UTC on a winter's day is one second before midnight there.
    for second, overdue in ((0, ()), (1, (item("action", "a"),))):
        plan = led_plan()
        agree(plan, "a", date(2026, 3, 10))
        at = datetime(2026, 3, 10, 22, 59, 59, tzinfo=UTC) + timedelta(seconds=second)
        plan.call_conference(call(), context(role=Role.LEAD, at=at))
        assert last(plan).agenda == overdue


def test_a_conference_with_nothing_on_its_agenda_may_be_called_and_closed() -> None:
    plan = led_plan()
    plan.call_conference(call(members=("mother",)), LEAD)
    assert last(plan).agenda == ()
    plan.close_conference("c1", ("Anna", "Carla"), "Het gaat goed.", LEAD)
    assert (last(plan).present, last(plan).unsettled) == (("Anna", "Carla"), ())


@pytest.mark.parametrize("who", [LEAD, LEADS_AGENCY, ADMINISTRATOR])
def test_the_lead_the_leads_agency_and_an_administrator_call_and_close(who: Context) -> None:
    plan = led_plan()
    plan.call_conference(call(), who)
    plan.close_conference("c1", ("Anna",), "Eens.", who)
    assert [type(one) for one in plan.pending_events] == [ConferenceCalled, ConferenceClosed]
    assert plan.items["conference"] == {"c1": False}


@pytest.mark.parametrize(
    ("who", "field"), [(OTHER_PARTY, "source"), (STRANGER, "source"), (OTHER_LEAD, "actor")]
)
def test_nobody_else_calls_or_closes(who: Context, field: str) -> None:
    plan = led_plan()
    with pytest.raises(Refused) as refused:
        plan.call_conference(call(), who)
    assert refused.value.field == field
    plan.call_conference(call(), LEAD)
    with pytest.raises(Refused) as refused:
        plan.close_conference("c1", ("Anna",), "Eens.", who)
    assert refused.value.field == field
    assert plan.items["conference"] == {"c1": True}


def test_a_stranger_is_not_told_whom_the_lead_works_for() -> None:
    with pytest.raises(Refused) as refused:
        led_plan().call_conference(call(), STRANGER)
    assert "municipality" not in refused.value.reason


@pytest.mark.parametrize("who", [LEAD, LEADS_AGENCY])
def test_a_plan_without_a_lead_says_to_assign_one(who: Context) -> None:
    plan = led_plan()
    plan.release_lead("carla", "ziek", ADMINISTRATOR)
    with pytest.raises(Refused, match="has no lead now; assign one"):
        plan.call_conference(call(), who)


def test_a_conference_is_called_at_most_a_year_ahead_and_may_lie_in_the_past() -> None:
    plan = led_plan()
    plan.call_conference(call("c0", begins_at=NOW - timedelta(days=400)), LEAD)
    plan.call_conference(call("c1", begins_at=datetime(2027, 3, 10, 12, tzinfo=UTC)), LEAD)
    with pytest.raises(Refused, match=r"data.begins_at: 2027-03-11 lies more than a year ahead"):
        plan.call_conference(call("c2", begins_at=datetime(2027, 3, 11, 12, tzinfo=UTC)), LEAD)
    with pytest.raises(Refused, match="conference c1 exists already"):
        plan.call_conference(call("c1"), LEAD)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"agencies": ("police", "school")}, r"data.agencies\[1\]: school is not a party"),
        ({"agencies": ("police", "police")}, r"data.agencies\[1\]: police is named twice"),
        ({"members": ("mother", "mother")}, r"data.members\[1\]: mother is named twice"),
        ({"members": ("unknown",)}, r"data.members\[0\]: somebody unknown"),
    ],
)
def test_who_is_asked_to_come_is_somebody_of_the_plan(facts: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        led_plan().call_conference(call(**facts), LEAD)


def test_what_is_not_known_yet_can_be_waited_for() -> None:
    plan = led_plan()
    with pytest.raises(UnknownItem) as unknown:
        plan.call_conference(call(members=("oma",)), LEAD)
    assert unknown.value.waits_for == item_key("F1", "member", "oma")
    gives: tuple[Callable[[], None], ...] = (
        lambda: plan.decide(decision(), LEAD),
        lambda: plan.close_conference("c1", ("Anna",), "Eens.", LEAD),
    )
    for give in gives:
        with pytest.raises(UnknownItem) as unknown:
            give()
        assert unknown.value.field == "data.conference_id"
        assert unknown.value.waits_for == item_key("F1", "conference", "c1")
    plan.call_conference(call(), LEAD)
    assert last(plan).makes_known() == (item_key("F1", "conference", "c1"),)


def test_any_party_puts_a_decision_on_record_on_the_agenda_or_beside_it() -> None:
    plan = led_plan()
    ask(plan, "q1")
    ask(plan, "q2")
    plan.call_conference(call(), LEAD)
    on = item("question", "q1")
    plan.decide(decision("d1", on=on), OTHER_PARTY)
    plan.decide(decision("d2", on=on), LEAD)
    plan.decide(decision("d3"), ADMINISTRATOR)
    plan.close_conference("c1", ("Anna",), "Eens.", LEAD)
    # On q1 something was decided, twice even; on q2 nothing.
    assert last(plan).unsettled == (item("question", "q2"),)
    with pytest.raises(Refused, match="school is not a party"):
        plan.decide(decision("d4"), STRANGER)


def test_what_came_to_an_end_by_itself_is_not_unsettled() -> None:
    plan = led_plan()
    agree(plan, "a1", TODAY - timedelta(days=1))
    agree(plan, "a2", TODAY - timedelta(days=1))
    plan.call_conference(call(), LEAD)
    plan.complete_action("a1", "toch gedaan", OTHER_PARTY)
    plan.close_conference("c1", ("Anna",), "Eens.", LEAD)
    assert last(plan).unsettled == (item("action", "a2"),)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            {"on": item("question", "q9")},
            "data.on: question q9 is not on the agenda of conference c1",
        ),
        (
            {
                "owner": Owner(name="Els", kind=OwnerKind.PROFESSIONAL, agency="school"),
            },
            "data.owner.agency: school is not a party",
        ),
        (
            {"owner": Owner(name="?", member_id="unknown")},
            "data.owner.member_id: somebody unknown neither speaks nor agrees",
        ),
        ({"due": date(2026, 3, 9)}, "data.due: 2026-03-09 lies before the decision"),
        ({"decision_id": "d0"}, "data.decision_id: conference-decision d0 exists already"),
        (
            {"decision_id": "a0", "owner": Owner(name="Anna"), "due": TODAY},
            "data.decision_id: action a0 exists already",
        ),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(facts: Any, reason: str) -> None:
    plan = led_plan()
    agree(plan, "a0", None)
    plan.call_conference(call(), LEAD)
    plan.decide(decision("d0"), LEAD)
    with pytest.raises(Refused, match=reason):
        plan.decide(decision(**facts), LEAD)


def test_an_owner_who_is_not_known_yet_can_be_waited_for() -> None:
    plan = led_plan()
    plan.call_conference(call(), LEAD)
    with pytest.raises(UnknownItem) as unknown:
        plan.decide(decision(owner=Owner(name="Oma", member_id="oma")), LEAD)
    assert unknown.value.waits_for == item_key("F1", "member", "oma")


def test_somebody_doing_something_by_a_day_becomes_an_action_of_the_plan() -> None:
    plan = led_plan()
    plan.call_conference(call(), LEAD)
    owner = Owner(name="Anna", kind=OwnerKind.FAMILY, member_id="mother")
    plan.decide(decision(owner=owner, due=TODAY), OTHER_PARTY)
    decided, agreed = plan.pending_events[-2:]
    assert isinstance(decided, ConferenceDecided)
    assert isinstance(agreed, ActionAgreed)
    assert agreed.action == Action(
        action_id="d1", owner=owner, text="Wij bellen oma.", due=date(2026, 3, 10)
    )
    # A day later it is overdue like every other action.
    plan.call_conference(call("c2"), context(role=Role.LEAD, at=NOW + timedelta(days=1)))
    assert last(plan).agenda == (item("action", "d1"),)


@pytest.mark.parametrize("facts", [{"owner": Owner(name="Anna")}, {"due": TODAY}])
def test_without_an_owner_or_a_day_there_is_no_action(facts: Any) -> None:
    plan = led_plan()
    plan.call_conference(call(), LEAD)
    plan.decide(decision(**facts), LEAD)
    assert isinstance(last(plan), ConferenceDecided)
    assert plan.items["action"] == {}


def test_after_closing_nothing_is_decided_and_nothing_closed() -> None:
    plan = led_plan()
    plan.call_conference(call(), LEAD)
    plan.close_conference("c1", ("Anna",), "Eens.", LEAD)
    with pytest.raises(Refused, match="conference c1 has ended already"):
        plan.decide(decision(), LEAD)
    with pytest.raises(Refused, match="conference c1 has ended already"):
        plan.close_conference("c1", ("Anna",), "Eens.", LEAD)


def test_somebody_was_there() -> None:
    plan = led_plan()
    plan.call_conference(call(), LEAD)
    with pytest.raises(ValueError, match="present"):
        plan.close_conference("c1", (), "Niemand kwam.", LEAD)
    assert plan.items["conference"] == {"c1": True}
