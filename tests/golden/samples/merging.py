"""Merging two families and splitting them again, for the golden files."""

from __future__ import annotations

from typing import cast

from domain.context import Context
from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.values import (
    Action,
    Call,
    Concern,
    FamilyMember,
    FamilyRole,
    Finding,
    Goal,
    Incident,
    IncidentKind,
    ItemRef,
    LifeDomain,
    Measure,
    MeasureForm,
    MeasureKind,
    Note,
    Owner,
    OwnerKind,
    Party,
    Report,
    ReporterKind,
    Role,
)
from tests.golden.samples.plan_of import CARLA, CONTEXT, KNOWN, MOTHER, later_events, sample_plan

SYSTEM = Context(
    provenance=CONTEXT.provenance.model_copy(update={"role": Role.SYSTEM, "agency": None}),
    occurred_at=KNOWN,
    recorded_at=KNOWN,
)
FATHER = FamilyMember(member_id="father", name="Cor", role=FamilyRole.PARENT)


def events() -> list[DomainEvent]:
    """All that a merge takes over and a split gives back is in them."""
    plan, other = sample_plan(), _other()
    seen = len(other.pending_events)
    plan.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="rust"), CONTEXT)
    plan.merge(other, "dezelfde moeder", CONTEXT, same_as={"mother": "mother"})
    plan.add_note(Note(note_id="n9", about=("father",), text="belt vaak"), CONTEXT)
    plan.add_note(Note(note_id="n10", text="over de ander"), CONTEXT)
    plan.split(
        other,
        "toch een andere moeder",
        CONTEXT,
        lead=CARLA,
        items=(ItemRef(kind="note", item_id="n10"),),
    )
    joining = {"FamilyMerged", "FamilySplit"}
    return [
        *(one for one in later_events(plan) if type(one).__name__ in joining),
        *cast("list[DomainEvent]", other.pending_events[seen:]),
    ]


def _other() -> FamilyPlan:
    other = FamilyPlan.open(
        "F2",
        reason="melding",
        members=(MOTHER, FATHER),
        parties=(
            Party(agency="police", task="veiligheid"),
            Party(agency="school", task="onderwijs"),
        ),
        context=CONTEXT,
    )
    other.assign_lead(CARLA, CONTEXT)
    other.set_goal(Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="rust"), CONTEXT)
    other.agree_action(
        Action(
            action_id="a1",
            owner=Owner(name="Cor", kind=OwnerKind.FAMILY, member_id="father"),
            text="bellen",
            due=KNOWN.date(),
        ),
        CONTEXT,
    )
    other.raise_concern(
        Concern(concern_id="c1", life_domain=LifeDomain.PARENTING, text="moe"), CONTEXT
    )
    other.record_incident(
        Incident(
            incident_id="i1",
            kind=IncidentKind.STALKING,
            by=("father",),
            against=("unknown",),
            began_at=CONTEXT.occurred_at,
            text="riep",
        ),
        CONTEXT,
    )
    other.receive_report(
        Report(
            report_id="r1",
            reporter="de buurvrouw",
            reporter_kind=ReporterKind.NEIGHBOUR,
            text="hoorde het",
        ),
        CONTEXT,
    )
    other.start_measure(
        Measure(
            measure_id="m1",
            kind=MeasureKind.HELP,
            form=MeasureForm.COUNSELLING,
            name="gesprekken",
            agency="school",
            for_members=("father",),
            aim="rust",
            why_it_fits="hij wil",
            begins_on=KNOWN.date(),
        ),
        CONTEXT,
    )
    other.raise_signal(
        Finding(rule="repeat-report", key="family", about=("father",), detail="2", evidence=()),
        SYSTEM,
    )
    other.call_conference(Call(conference_id="k1", begins_at=KNOWN, agencies=("police",)), CONTEXT)
    return other
