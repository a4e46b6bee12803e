"""A view by itself, folded from a family's history in memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.keys import plan_id
from projections.rows import MemoryRows
from projections.views import FamilyView

V = TypeVar("V", bound=BaseModel)


def view_replayed(
    view: FamilyView[V], events: Iterable[DomainEvent], family_id: str, now: datetime
) -> V | None:
    """A view of a family as its history makes it; None without a plan.

    Args:
        events: the family's history, and other families' events; in any order while the family
            was never merged.
        now: the moment that counts as now.
    """
    rows = MemoryRows()
    for position, event in enumerate(_history(events, family_id), start=1):
        for projection in view.projections:
            projection.handle(event, position, rows)
    return view.read(rows, family_id, now)


def _history(events: Iterable[DomainEvent], family_id: str) -> list[PlanEvent]:
    own = [one for one in events if isinstance(one, PlanEvent) and one.family_id == family_id]
    # The history of a family that was merged stands in the order in which it is to be folded.
    if any(one.originator_id != plan_id(family_id) for one in own):
        return own
    return sorted(own, key=lambda one: one.originator_version)
