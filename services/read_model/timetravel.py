"""What did we know on a date: a view as folded from what had been recorded by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.keys import plan_id
from domain.values import utc
from projections.rows import MemoryRows
from projections.views import FamilyView

V = TypeVar("V", bound=BaseModel)


def view_known_at(
    view: FamilyView[V], events: Iterable[DomainEvent], family_id: str, known_at: datetime
) -> V | None:
    """A view of a family as it was at a moment, in what we knew and in what counted as now.

    The history is cut at the first event that was recorded later. Each event builds on the ones
    before it, so one that a clock set back dates too early does not count without them.

    Args:
        events: the family's history as it was known at that moment, and other families' events;
            in any order while the family was never merged.

    Raises:
        ValueError: for a ``known_at`` without an offset.
    """
    until = utc(known_at)
    known = list(_known(_history(events, family_id), family_id, until))
    return _folded(view, known, family_id, until) if known else None


def view_replayed(
    view: FamilyView[V], events: Iterable[DomainEvent], family_id: str, now: datetime
) -> V | None:
    """A view of a family as its history makes it; ``events`` as for :func:`view_known_at`."""
    return _folded(view, _history(events, family_id), family_id, now)


def _history(events: Iterable[DomainEvent], family_id: str) -> list[PlanEvent]:
    own = [one for one in events if isinstance(one, PlanEvent) and one.family_id == family_id]
    # The history of a family that was merged stands in the order in which it is to be folded.
    if any(one.originator_id != plan_id(family_id) for one in own):
        return own
    return sorted(own, key=lambda one: one.originator_version)


def _known(events: Iterable[PlanEvent], family_id: str, until: datetime) -> Iterator[PlanEvent]:
    """Another family's events count from the moment of the merge, whenever they were recorded."""
    for event in events:
        own = event.originator_id == plan_id(family_id)
        if own and event.recorded_at > until:
            return
        yield event


def _folded(
    view: FamilyView[V], events: Iterable[PlanEvent], family_id: str, now: datetime
) -> V | None:
    rows = MemoryRows()
    for position, event in enumerate(events, start=1):
        for projection in view.projections:
            projection.handle(event, position, rows)
    return view.read(rows, family_id, now)
