"""Samples of measures."""

from __future__ import annotations

from datetime import date

from domain.events import DomainEvent
from domain.values import Effect, LifeDomain, Measure, MeasureEnd, MeasureForm, MeasureKind, Outcome
from tests.golden.samples.plan_of import CONTEXT, later_events, sample_plan


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    measure = Measure(
        measure_id="m1",
        kind=MeasureKind.HELP,
        form=MeasureForm.PARENTING_SUPPORT,
        name="Samen aan tafel",
        agency="youth-care",
        for_members=("mother", "child"),
        life_domains=(LifeDomain.PARENTING, LifeDomain.SAFETY),
        aim="rust bij het eten",
        why_it_fits="moeder leert door het voor te doen",
        begins_on=date(2025, 9, 1),
        ends_on=date(2025, 12, 1),
    )
    plan.start_measure(measure, CONTEXT)
    plan.end_measure(
        "m1", date(2025, 11, 28), MeasureEnd.COMPLETED, "alle avonden geweest", CONTEXT
    )
    for outcome_id, member_id in (("o1", None), ("o2", "child")):
        outcome = Outcome(
            outcome_id=outcome_id,
            measure_id="m1",
            effect=Effect.HELPED_PARTLY,
            member_id=member_id,
            text="we eten weer samen",
        )
        plan.record_outcome(outcome, CONTEXT)
    return later_events(plan)
