"""One event of each type, as the domain makes them, for the golden files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import cast

from domain.case_reference import CaseReference
from domain.context import Context, Provenance
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.receipt import EventAccepted
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
    Report,
    Role,
)

WHEN = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
KNOWN = datetime(2026, 1, 6, 9, 0, 0, 250000, tzinfo=UTC)


def events() -> list[DomainEvent]:
    """What the first version of the plan can bring forth."""
    context = Context(
        provenance=Provenance(
            actor="police",
            role=Role.AGENCY,
            agency="police",
            correlation_id="zaak-7",
            causation_id="2f1d5d0e-50a7-5a2f-8b39-1f5f0d5a8c11",
        ),
        occurred_at=WHEN,
        recorded_at=KNOWN,
    )
    halt = context.model_copy(
        update={"provenance": context.provenance.model_copy(update={"agency": "halt"})}
    )
    mother = FamilyMember(member_id="mother", name="Anna", role=FamilyRole.PARENT)
    child = FamilyMember(
        member_id="child", name="Bram", role=FamilyRole.CHILD, birth_date=date(2015, 5, 1)
    )
    carla = LeadCaseworker(person_id="carla", name="Carla", agency="police")
    dirk = LeadCaseworker(person_id="dirk", name="Dirk", agency="school")
    plan = FamilyPlan.open(
        "F1",
        reason="melding",
        members=(mother,),
        parties=(Party(agency="police", task="veiligheid"),),
        context=context,
    )
    plan.add_member(child, context)
    plan.remove_member("child", "verhuisd", context)
    plan.agency_joins(Party(agency="school", task="onderwijs"), context)
    plan.agency_joins(Party(agency="halt", task="straf"), context)
    plan.assign_lead(carla, context)
    plan.hand_over("carla", dirk, "verhuizing", context)
    plan.release_lead("dirk", "ziek", context)
    plan.raise_concern(
        Concern(concern_id="c1", life_domain=LifeDomain.PARENTING, about=("mother",), text="moe"),
        context,
    )
    plan.resolve_concern("c1", "hulp van oma", context)
    plan.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="rust"), context)
    plan.agree_action(
        Action(
            action_id="a1",
            goal_id="g1",
            owner=Owner(name="mother"),
            text="bellen",
            due=date(2026, 2, 1),
        ),
        context,
    )
    plan.complete_action("a1", "gebeld", context)
    plan.agree_action(Action(action_id="a2", owner=Owner(name="police"), text="langsgaan"), context)
    plan.cancel_action("a2", "niet nodig", context)
    plan.end_goal("g1", GoalResult.REACHED, "drie maanden rust", context)
    plan.record_incident(
        Incident(
            incident_id="i1",
            kind=IncidentKind.STALKING,
            by=("unknown",),
            against=("mother", "child"),
            began_at=WHEN,
            ended_at=WHEN,
            text="stond bij school",
        ),
        context,
    )
    plan.receive_report(
        Report(
            report_id="r1", reporter="buurvrouw", about=("mother",), incident_id="i1", text="ruzie"
        ),
        context,
    )
    plan.add_note(Note(note_id="n1", about=("mother",), text="stug contact"), context)
    plan.agency_leaves("halt", "klaar", halt)
    plan.close("doelen bereikt", context)
    plan.reopen("nieuwe melding", context)
    link = CaseReference.link("police", "PL-7", "F1", context)
    receipt = EventAccepted.of(
        agency="police",
        source="urn:oneplan:agency:police",
        event_id="PL-2026-1",
        event_type="nl.oneplan.note.added.v1",
        family_id="F1",
        body_digest="0" * 64,
        stream_sequence=12,
        recorded_at=KNOWN,
    )
    made = [*plan.pending_events, *link.pending_events]
    return [*(cast("DomainEvent", event) for event in made), receipt]
