"""A view by itself, folded from a family's history in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.keys import plan_id
from projections.projection import Projection
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
    return Fold(_history(events, family_id)).read(view, family_id, now)


class Fold:
    """A family's history in memory, folded by each projection once and when it is first read.

    Args:
        events: what is folded, in the order in which it has to be.
        rows: what all projections made of these very events, where that was done already.
    """

    def __init__(self, events: Sequence[PlanEvent], rows: MemoryRows | None = None) -> None:
        self.events = events
        self._rows = rows or MemoryRows()
        self._whole = rows is not None
        self._folded: set[Projection] = set()
        self._earlier: Fold | None = None

    def go_on_from(self, earlier: Fold) -> None:
        """Fold on from what was made of an earlier part, if it is one of this history."""
        begin = earlier.events
        if len(begin) <= len(self.events) and begin == self.events[: len(begin)]:
            self._earlier = earlier

    def read(self, view: FamilyView[V], family_id: str, now: datetime) -> V | None:
        """A view of the family; None without a plan.

        Args:
            now: the moment that counts as now.
        """
        return view.read(self.rows(view.projections), family_id, now)

    def same(self, view: FamilyView[V], other: Fold) -> bool:
        """Whether a view is read from the same rows in both, and so is the same at one moment."""
        return all(self._same(one, other) for one in view.projections)

    def rows(self, projections: Iterable[Projection]) -> MemoryRows:
        """The rows, with those of these projections."""
        for projection in projections:
            if not self._whole and projection not in self._folded:
                self._fold(projection)
                self._folded.add(projection)
        return self._rows

    def _same(self, projection: Projection, other: Fold) -> bool:
        if other is self._earlier:
            later = self.events[len(other.events) :]
            if not any(projection.handles(event) for event in later):
                return True
        rows = (one.rows((projection,)) for one in (self, other))
        return next(rows).same(projection.rows, next(rows))

    def _fold(self, projection: Projection) -> None:
        begin = 0
        if self._earlier is not None:
            begin = len(self._earlier.events)
            self._rows.take_over(projection.rows, self._earlier.rows((projection,)))
        for position, event in enumerate(self.events[begin:], start=begin + 1):
            projection.handle(event, position, self._rows)


def _history(events: Iterable[DomainEvent], family_id: str) -> list[PlanEvent]:
    own = [one for one in events if isinstance(one, PlanEvent) and one.family_id == family_id]
    # The history of a family that was merged stands in the order in which it is to be folded.
    plan = plan_id(family_id)
    if any(one.originator_id != plan for one in own):
        return own
    return sorted(own, key=lambda one: one.originator_version)
