"""Signals: raised once, grown while open, back only when there is more, over when it is over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.context import Context, Provenance
from domain.errors import Refused, UnknownItem
from domain.family_plan import FamilyPlan
from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
    SignalStrengthened,
)
from domain.keys import signal_id
from domain.values import Evidence, Finding, LeadCaseworker, Party, Role

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def context(role: Role, agency: str | None = None, actor: str = "somebody") -> Context:
    return Context(
        provenance=Provenance(
            actor=actor, role=role, agency=agency, correlation_id="c", causation_id="c"
        ),
        occurred_at=NOW,
        recorded_at=NOW,
    )


SERVICE = context(Role.SYSTEM)
LEAD = context(Role.LEAD, "municipality", "carla")
ADMINISTRATOR = context(Role.ADMINISTRATOR)


def led_plan() -> FamilyPlan:
    """A plan of two agencies that Carla of the municipality leads; nothing pending."""
    plan = FamilyPlan.open(
        "F1",
        reason="a report",
        members=(),
        parties=(Party(agency="police", task="x"), Party(agency="municipality", task="y")),
        context=ADMINISTRATOR,
    )
    carla = LeadCaseworker(person_id="carla", name="Carla", agency="municipality")
    plan.assign_lead(carla, ADMINISTRATOR)
    plan.collect_events()
    return plan


def finding(level: int = 1, *, rule: str = "repeat-report", key: str = "family") -> Finding:
    return Finding(
        rule=rule,
        key=key,
        level=level,
        detail=f"{level + 1} reports",
        evidence=tuple(Evidence(kind="report", item_id=f"r{n}") for n in range(level + 1)),
    )


def the_id(number: int) -> str:
    return signal_id("F1", "repeat-report", "family", number)


def names(plan: FamilyPlan) -> list[str]:
    return [type(event).__name__ for event in plan.pending_events]


def test_a_signal_is_raised_once_however_often_the_rule_finds_it() -> None:
    plan = led_plan()
    for _ in range(3):
        plan.raise_signal(finding(), SERVICE)
    assert names(plan) == ["SignalRaised"]
    raised = plan.pending_events[0]
    assert isinstance(raised, SignalRaised)
    assert dict(raised.signal) == {"signal_id": the_id(1), **dict(finding())}
    assert raised.number == 1


def test_an_open_signal_grows_and_no_second_one_is_raised() -> None:
    plan = led_plan()
    plan.raise_signal(finding(1), SERVICE)
    plan.raise_signal(finding(3), SERVICE)
    plan.raise_signal(finding(2), SERVICE)  # less than is known: nothing new
    assert names(plan) == ["SignalRaised", "SignalStrengthened"]
    grown = plan.pending_events[1]
    assert isinstance(grown, SignalStrengthened)
    assert (grown.signal_id, grown.level) == (the_id(1), 3)
    assert grown.evidence == finding(3).evidence


@pytest.mark.parametrize("deal", ["accept_signal", "set_signal_aside"])
def test_what_was_dealt_with_comes_back_only_when_there_is_more(deal: str) -> None:
    plan = led_plan()
    plan.raise_signal(finding(2), SERVICE)
    getattr(plan, deal)(the_id(1), "because", LEAD)
    plan.raise_signal(finding(2), SERVICE)
    assert len(plan.pending_events) == 2
    plan.raise_signal(finding(3), SERVICE)
    again = plan.pending_events[-1]
    assert isinstance(again, SignalRaised)
    assert (again.number, again.signal.signal_id, again.signal.level) == (2, the_id(2), 3)


def test_what_is_over_lapses_once_and_is_raised_anew_when_it_begins_again() -> None:
    plan = led_plan()
    plan.lapse_signal("repeat-report", "family", SERVICE)  # never raised: nothing to say
    plan.raise_signal(finding(2), SERVICE)
    plan.lapse_signal("repeat-report", "family", SERVICE)
    plan.lapse_signal("repeat-report", "family", SERVICE)
    plan.raise_signal(finding(1), SERVICE)
    assert names(plan) == ["SignalRaised", "SignalLapsed", "SignalRaised"]
    lapsed = plan.pending_events[1]
    assert isinstance(lapsed, SignalLapsed)
    assert not lapsed.dealt_with
    with pytest.raises(Refused, match="has ended already"):
        plan.accept_signal(the_id(1), "too late", LEAD)


def test_what_was_dealt_with_lapses_too_and_says_so() -> None:
    plan = led_plan()
    plan.raise_signal(finding(), SERVICE)
    plan.accept_signal(the_id(1), "ask the school", LEAD)
    plan.lapse_signal("repeat-report", "family", SERVICE)
    lapsed = plan.pending_events[-1]
    assert isinstance(lapsed, SignalLapsed)
    assert lapsed.dealt_with


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(LEAD, id="the lead"),
        pytest.param(context(Role.AGENCY, "municipality"), id="the lead's agency"),
        pytest.param(ADMINISTRATOR, id="an administrator"),
    ],
)
def test_who_deals_with_a_signal(who: Context) -> None:
    plan = led_plan()
    plan.raise_signal(finding(1), SERVICE)
    plan.raise_signal(finding(1, key="other"), SERVICE)
    plan.accept_signal(the_id(1), "next", who)
    plan.set_signal_aside(signal_id("F1", "repeat-report", "other", 1), "why", who)
    accepted, aside = plan.pending_events[2:]
    assert isinstance(accepted, SignalAccepted)
    assert isinstance(aside, SignalSetAside)
    assert (accepted.next_step, aside.reason) == ("next", "why")


@pytest.mark.parametrize(
    ("who", "field"),
    [
        pytest.param(context(Role.AGENCY, "police"), "source", id="another party"),
        pytest.param(context(Role.AGENCY, "halt"), "source", id="a stranger"),
        pytest.param(context(Role.LEAD, "police", "dirk"), "actor", id="another lead"),
    ],
)
def test_who_does_not(who: Context, field: str) -> None:
    plan = led_plan()
    plan.raise_signal(finding(), SERVICE)
    with pytest.raises(Refused) as refused:
        plan.accept_signal(the_id(1), "mine", who)
    assert refused.value.field == field
    assert names(plan) == ["SignalRaised"]


def test_without_a_lead_nobody_but_an_administrator_deals_with_it() -> None:
    plan = led_plan()
    plan.release_lead("carla", "ill", LEAD)
    plan.raise_signal(finding(), SERVICE)
    with pytest.raises(Refused, match="no lead now"):
        plan.accept_signal(the_id(1), "x", context(Role.AGENCY, "municipality"))
    plan.accept_signal(the_id(1), "x", ADMINISTRATOR)
    assert names(plan)[-1] == "SignalAccepted"


@pytest.mark.parametrize("role", [Role.AGENCY, Role.LEAD, Role.ADMINISTRATOR])
def test_only_the_service_raises_and_lapses(role: Role) -> None:
    plan = led_plan()
    who = context(role, "municipality", "carla")
    with pytest.raises(Refused, match="only the service"):
        plan.raise_signal(finding(), who)
    with pytest.raises(Refused, match="only the service"):
        plan.lapse_signal("r", "k", who)
    assert names(plan) == []


def test_dealing_with_a_signal_that_was_not_raised_yet_waits_for_it() -> None:
    plan = led_plan()
    with pytest.raises(UnknownItem) as waiting:
        plan.accept_signal(the_id(1), "early", LEAD)
    plan.raise_signal(finding(), SERVICE)
    raised = plan.pending_events[-1]
    assert isinstance(raised, SignalRaised)
    assert waiting.value.waits_for in raised.makes_known()


def test_a_closed_plan_still_gets_signals_and_they_can_be_dealt_with() -> None:
    plan = led_plan()
    plan.close("done", LEAD)
    plan.raise_signal(finding(rule="after-care-due", key="2026-06-01"), SERVICE)
    plan.accept_signal(signal_id("F1", "after-care-due", "2026-06-01", 1), "call them", LEAD)
    assert names(plan)[1:] == ["SignalRaised", "SignalAccepted"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("raise"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["lapse", "accept", "aside"]), st.just(0)),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(steps=STEPS)
def test_at_most_one_is_open_and_each_comes_back_for_a_reason(steps: list[tuple[str, int]]) -> None:
    """Against a model of three lines: the level that was put before the lead."""
    plan = led_plan()
    known, is_open, raised = 0, False, 0
    for what, level in steps:
        before = len(plan.pending_events)
        if what == "raise":
            plan.raise_signal(finding(level), SERVICE)
            assert (len(plan.pending_events) > before) == (level > known)
            raised += level > known and not is_open
            is_open = is_open or level > known
            known = max(known, level)
        elif what == "lapse":
            plan.lapse_signal("repeat-report", "family", SERVICE)
            assert (len(plan.pending_events) > before) == (known > 0)
            known, is_open = 0, False
        elif is_open:
            deal = plan.accept_signal if what == "accept" else plan.set_signal_aside
            deal(the_id(raised), "because", LEAD)
            is_open = False
        assert [one for one, state in plan.items["signal"].items() if state] == (
            [the_id(raised)] if is_open else []
        )
        assert len(plan.items["signal"]) == raised
