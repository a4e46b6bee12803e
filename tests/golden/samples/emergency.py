"""Samples of emergency access."""

from __future__ import annotations

from domain.events import DomainEvent
from tests.golden.samples.plan_of import CONTEXT, later_events, sample_plan


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    plan.take_emergency_access(
        "nood1", "jvisser", "vader staat nu met een mes aan de deur", CONTEXT
    )
    plan.review_emergency_access("nood1", True, "terecht, zie de melding", CONTEXT)
    return later_events(plan)
