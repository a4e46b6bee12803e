"""What did we know on a date: the plan as folded from what had been recorded by then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.values import utc
from projections.current_plan import PlanView, plan_view, projection
from projections.rows import MemoryRows


def plan_known_at(
    events: Iterable[DomainEvent], family_id: str, known_at: datetime | None
) -> PlanView | None:
    """The plan of a family as we knew it.

    The history is cut at the first event that was recorded later. Each event builds on the ones
    before it, so one that a clock set back dates too early does not count without them.

    Args:
        events: of any families, in any order.
        known_at: the last moment that counts, or None for now.

    Raises:
        ValueError: for a ``known_at`` without an offset.
    """
    until = None if known_at is None else utc(known_at)
    own = [one for one in events if isinstance(one, PlanEvent) and one.family_id == family_id]
    rows = MemoryRows()
    for position, event in enumerate(sorted(own, key=lambda one: one.originator_version), start=1):
        if until is not None and event.recorded_at > until:
            break
        projection.handle(event, position, rows)
    return plan_view(rows, family_id)
