"""The invariants of the plan, by a state machine that gives it every command in any order."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.context import CLOCK_TOLERANCE, Context, Provenance
from domain.errors import DomainError, PlanIsClosed, Refused, UnknownItem
from domain.events import DomainEvent
from domain.family_plan import (
    FamilyPlan,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    PlanClosed,
    PlanReopened,
)
from domain.keys import item_key, open_plan_key, plan_id
from domain.values import (
    Action,
    Concern,
    FamilyMember,
    FamilyRole,
    Goal,
    GoalResult,
    Incident,
    IncidentKind,
    LeadCaseworker,
    LifeDomain,
    Note,
    Owner,
    Party,
    PlanStatus,
    Report,
    Role,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
AGENCIES = ("police", "veilig-thuis", "school", "municipality")
PEOPLE = ("lead-1", "lead-2", "lead-3")
IDS = ("x1", "x2", "x3")


def context(
    agency: str = "police", *, at: datetime = START, role: Role = Role.AGENCY, actor: str = ""
) -> Context:
    provenance = Provenance(
        actor=actor or agency,
        role=role,
        agency=agency,
        correlation_id="correlation",
        causation_id="causation",
    )
    return Context(provenance=provenance, occurred_at=at, recorded_at=at)


def member(member_id: str) -> FamilyMember:
    return FamilyMember(member_id=member_id, name="Naam", role=FamilyRole.CHILD)


def caseworker(person_id: str = "lead-1", agency: str = "police") -> LeadCaseworker:
    return LeadCaseworker(person_id=person_id, name="Naam", agency=agency)


def opened(*parties: str) -> FamilyPlan:
    return FamilyPlan.open(
        "F1",
        reason="melding",
        members=(member("m1"),),
        parties=tuple(Party(agency=one, task="taak") for one in parties or ("police",)),
        context=context(),
    )


def an_incident(incident_id: str, **facts: Any) -> Incident:
    return Incident(
        **{
            "incident_id": incident_id,
            "kind": IncidentKind.UNKNOWN,
            "began_at": START,
            "text": "tekst",
            **facts,
        }
    )


def state_of(plan: FamilyPlan) -> dict[str, Any]:
    """All that the plan remembers, apart from what is still to be saved."""
    return deepcopy({key: value for key, value in vars(plan).items() if key != "_pending_events"})


class PlanMachine(RuleBasedStateMachine):
    """Gives a plan commands that may or may not be taken, and checks what always holds."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.refusals: list[tuple[str, str]] = []
        self.plan = opened("police", "veilig-thuis")
        self.events: list[DomainEvent] = list(self.plan.pending_events)  # type: ignore[arg-type]

    def give(self, name: str, *facts: Any, agency: str = "police") -> None:
        """Give a command; a refused one must leave no trace at all."""
        self.now += timedelta(minutes=1)
        before = state_of(self.plan)
        recorded = len(self.plan.pending_events)
        try:
            getattr(self.plan, name)(*facts, context(agency, at=self.now))
        except DomainError as error:
            assert state_of(self.plan) == before
            assert len(self.plan.pending_events) == recorded
            self.refusals.append((error.field, error.reason))
        else:
            # A report begins its terms with it, and what is unclear its questions.
            new = self.plan.pending_events[recorded:]
            assert new
            self.events.extend(new)  # type: ignore[arg-type]

    @rule(who=st.sampled_from(PEOPLE), agency=st.sampled_from(AGENCIES))
    def assign_lead(self, who: str, agency: str) -> None:
        self.give("assign_lead", caseworker(who, agency))

    @rule(
        outgoing=st.sampled_from(PEOPLE),
        incoming=st.sampled_from(PEOPLE),
        agency=st.sampled_from(AGENCIES),
    )
    def hand_over(self, outgoing: str, incoming: str, agency: str) -> None:
        self.give("hand_over", outgoing, caseworker(incoming, agency), "verhuizing")

    @rule(who=st.sampled_from(PEOPLE))
    def release_lead(self, who: str) -> None:
        self.give("release_lead", who, "ziek")

    @rule(agency=st.sampled_from(AGENCIES), by=st.sampled_from(AGENCIES))
    def agency_joins(self, agency: str, by: str) -> None:
        self.give("agency_joins", Party(agency=agency, task="taak"), agency=by)

    @rule(agency=st.sampled_from(AGENCIES), by=st.sampled_from(AGENCIES))
    def agency_leaves(self, agency: str, by: str) -> None:
        self.give("agency_leaves", agency, "klaar", agency=by)

    @rule(one=st.sampled_from(IDS))
    def add_member(self, one: str) -> None:
        self.give("add_member", member(one))

    @rule(one=st.sampled_from(IDS))
    def remove_member(self, one: str) -> None:
        self.give("remove_member", one, "verhuisd")

    @rule(one=st.sampled_from(IDS), by=st.sampled_from(AGENCIES))
    def set_goal(self, one: str, by: str) -> None:
        goal = Goal(goal_id=one, life_domain=LifeDomain.SAFETY, text="doel")
        self.give("set_goal", goal, agency=by)

    @rule(one=st.sampled_from(IDS))
    def end_goal(self, one: str) -> None:
        self.give("end_goal", one, GoalResult.REACHED, "gelukt")

    @rule(one=st.sampled_from(IDS), goal=st.sampled_from((None, *IDS)))
    def agree_action(self, one: str, goal: str | None) -> None:
        self.give(
            "agree_action",
            Action(action_id=one, goal_id=goal, owner=Owner(name="moeder"), text="doen"),
        )

    @rule(one=st.sampled_from(IDS))
    def complete_action(self, one: str) -> None:
        self.give("complete_action", one, "gedaan")

    @rule(one=st.sampled_from(IDS))
    def cancel_action(self, one: str) -> None:
        self.give("cancel_action", one, "niet nodig")

    @rule(one=st.sampled_from(IDS), about=st.sampled_from(IDS), by=st.sampled_from(AGENCIES))
    def raise_concern(self, one: str, about: str, by: str) -> None:
        concern = Concern(
            concern_id=one, life_domain=LifeDomain.PARENTING, about=(about,), text="zorg"
        )
        self.give("raise_concern", concern, agency=by)

    @rule(one=st.sampled_from(IDS))
    def resolve_concern(self, one: str) -> None:
        self.give("resolve_concern", one, "opgelost")

    @rule(one=st.sampled_from(IDS), by=st.sampled_from((*IDS, "unknown")))
    def record_incident(self, one: str, by: str) -> None:
        self.give("record_incident", an_incident(one, by=(by,)), agency="school")

    @rule(one=st.sampled_from(IDS), incident=st.sampled_from((None, *IDS)))
    def receive_report(self, one: str, incident: str | None) -> None:
        report = Report(report_id=one, reporter="buurvrouw", incident_id=incident, text="melding")
        self.give("receive_report", report, agency="school")

    @rule(one=st.sampled_from(IDS))
    def add_note(self, one: str) -> None:
        self.give("add_note", Note(note_id=one, text="stug contact"), agency="school")

    @precondition(lambda self: len(self.events) > 3)
    @rule()
    def close(self) -> None:
        self.give("close", "klaar")

    @rule()
    def reopen(self) -> None:
        self.give("reopen", "nieuwe melding")

    @invariant()
    def the_events_alone_rebuild_the_plan(self) -> None:
        rebuilt: Any = None
        for event in self.events:
            rebuilt = event.mutate(rebuilt)
        assert state_of(rebuilt) == state_of(self.plan)

    @invariant()
    def versions_have_no_gap(self) -> None:
        versions = [event.originator_version for event in self.events]
        assert versions == list(range(1, len(versions) + 1))

    @invariant()
    def there_is_at_most_one_lead_at_any_moment(self) -> None:
        lead: LeadCaseworker | None = None
        for event in self.events:
            if isinstance(event, LeadAssigned):
                assert lead is None
                lead = event.lead
            elif isinstance(event, LeadHandedOver):
                assert lead == event.outgoing != event.incoming
                lead = event.incoming
            elif isinstance(event, LeadReleased):
                assert lead == event.lead
                lead = None
        assert lead == self.plan.lead

    @invariant()
    def the_leads_agency_is_a_party(self) -> None:
        assert self.plan.lead is None or self.plan.lead.agency in self.plan.parties

    @invariant()
    def nothing_changes_on_a_closed_plan_but_its_reopening(self) -> None:
        closed = False
        for event in self.events:
            if closed:
                assert isinstance(event, PlanReopened)
            closed = isinstance(event, PlanClosed)

    @invariant()
    def every_refusal_names_its_field_and_its_reason(self) -> None:
        assert all(field and reason for field, reason in self.refusals)

    @invariant()
    def somebody_always_takes_part(self) -> None:
        assert self.plan.parties


TestPlanMachine = PlanMachine.TestCase
TestPlanMachine.settings = hypothesis_settings(
    max_examples=60, stateful_step_count=40, deadline=None
)


def test_the_plan_of_a_family_has_the_one_id_that_follows_from_the_familys_id() -> None:
    assert opened().id == plan_id("F1") != plan_id("F2")


def test_a_second_lead_is_refused_with_the_way_out() -> None:
    plan = opened()
    plan.assign_lead(caseworker("lead-1"), context())
    with pytest.raises(Refused, match=r"has a lead already \(lead-1 of police\); use a handover"):
        plan.assign_lead(caseworker("lead-2"), context())


def test_a_handover_leaves_no_gap() -> None:
    plan = opened("police", "municipality")
    plan.assign_lead(caseworker("lead-1"), context())
    plan.hand_over("lead-1", caseworker("lead-2", "municipality"), "verhuizing", context())
    event = plan.pending_events[-1]
    assert isinstance(event, LeadHandedOver)
    assert (event.outgoing.person_id, event.incoming.person_id) == ("lead-1", "lead-2")
    assert plan.lead == caseworker("lead-2", "municipality")


def test_what_does_not_exist_yet_can_be_waited_for() -> None:
    with pytest.raises(UnknownItem) as unknown:
        opened().complete_action("a1", "gedaan", context())
    assert unknown.value.waits_for == item_key("F1", "action", "a1")
    assert unknown.value.field == "data.action_id"


def test_a_closed_plan_names_what_to_wait_for() -> None:
    plan = opened()
    plan.close("klaar", context())
    with pytest.raises(PlanIsClosed) as closed:
        plan.add_note(Note(note_id="n", text="x"), context())
    assert closed.value.waits_for == open_plan_key("F1")
    plan.reopen("weer nodig", context())
    assert plan.status is PlanStatus.OPEN


def test_the_opener_takes_part_and_nobody_is_named_twice() -> None:
    with pytest.raises(Refused, match="police opens the plan"):
        opened("school")
    with pytest.raises(Refused, match=r"data.parties\[1\]: police is named twice"):
        opened("police", "police")


def test_a_plan_has_a_party_from_the_start_and_nobody_is_called_unknown() -> None:
    police = context("police")
    who = police.provenance.model_copy(update={"role": Role.ADMINISTRATOR, "agency": None})
    nobody = police.model_copy(update={"provenance": who})
    with pytest.raises(Refused, match="at least one agency"):
        FamilyPlan.open("F1", reason="melding", members=(), parties=(), context=nobody)
    party = (Party(agency="police", task="x"),)
    with pytest.raises(Refused, match=r"data.members\[0\].member_id: unknown stands for nobody"):
        FamilyPlan.open(
            "F1", reason="melding", members=(member("unknown"),), parties=party, context=nobody
        )
    with pytest.raises(Refused, match="unknown stands for nobody"):
        opened().add_member(member("unknown"), context())


def test_only_the_plans_own_lead_changes_it() -> None:
    plan = opened()
    goal = Goal(goal_id="g", life_domain=LifeDomain.SAFETY, text="rust")
    mine = context(role=Role.LEAD, actor="lead-1")
    with pytest.raises(Refused, match="lead-1 is not the lead"):
        plan.set_goal(goal, mine)
    plan.assign_lead(caseworker("lead-1"), mine)
    plan.set_goal(goal, mine)
    with pytest.raises(Refused, match="lead-2 is not the lead"):
        plan.close("klaar", context(role=Role.LEAD, actor="lead-2"))


def test_a_caseworker_of_a_stranger_agency_cannot_take_the_lead() -> None:
    with pytest.raises(Refused, match="works for school, which is not a party"):
        opened().assign_lead(
            caseworker("lead-9"), context("school", role=Role.LEAD, actor="lead-9")
        )


def test_the_employer_of_the_lead_cannot_leave_and_neither_can_the_last_party() -> None:
    plan = opened("police", "school")
    plan.assign_lead(caseworker("lead-1", "school"), context())
    with pytest.raises(Refused, match="hand the lead over first"):
        plan.agency_leaves("school", "klaar", context("school"))
    plan.agency_leaves("police", "klaar", context("police"))
    plan.release_lead("lead-1", "ziek", context("school"))
    with pytest.raises(Refused, match="the last party"):
        plan.agency_leaves("school", "klaar", context("school"))


def test_what_is_learned_later_may_be_about_a_member_who_has_gone() -> None:
    plan = opened()
    plan.remove_member("m1", "verhuisd", context())
    plan.record_incident(an_incident("i1", against=("m1",)), context("school"))
    assert plan.items["incident"] == {"i1": True}


def test_a_future_fact_is_refused() -> None:
    late = START + CLOCK_TOLERANCE + timedelta(seconds=1)
    with pytest.raises(Refused, match="time: 2026-01-01T00:05:01Z lies in the future"):
        Context(
            provenance=context().provenance,
            occurred_at=late,
            recorded_at=START,
        )
    with pytest.raises(Refused, match=r"data.began_at: .* lies in the future"):
        opened().record_incident(an_incident("i1", began_at=late), context())


def test_an_incident_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="lies before began_at"):
        an_incident("i1", ended_at=START - timedelta(seconds=1))
