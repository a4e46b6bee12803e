"""Samples of signals."""

from __future__ import annotations

from domain.context import Context
from domain.events import DomainEvent
from domain.keys import signal_id
from domain.values import Evidence, Finding, Role
from tests.golden.samples.plan_of import CONTEXT, later_events, sample_plan

WATCH = Context(
    provenance=CONTEXT.provenance.model_copy(
        update={"actor": "watch", "role": Role.SYSTEM, "agency": None}
    ),
    occurred_at=CONTEXT.recorded_at,
    recorded_at=CONTEXT.recorded_at,
)


def finding(key: str, level: int) -> Finding:
    """What the rule widening-circle could find."""
    return Finding(
        rule="widening-circle",
        key=key,
        level=level,
        about=("mother", "child"),
        detail=f"{key} reaches {level + 1} people",
        evidence=(Evidence(kind="incident", item_id="i1"), Evidence(kind="incident", item_id="i2")),
    )


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    plan.raise_signal(finding("father", 1), WATCH)
    plan.raise_signal(finding("father", 2), WATCH)
    plan.raise_signal(finding("uncle", 1), WATCH)
    accepted, aside = (signal_id("F1", "widening-circle", key, 1) for key in ("father", "uncle"))
    plan.accept_signal(accepted, "bespreken met oma", CONTEXT)
    plan.set_signal_aside(aside, "was op bezoek", CONTEXT)
    plan.lapse_signal("widening-circle", "uncle", WATCH)
    return later_events(plan)
