"""A family as one reader may see it, all of it at once: its events, and each view of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from pydantic import BaseModel

from domain.family_plan import PlanEvent
from domain.need_to_know.audience import Audience
from domain.need_to_know.categories import Category
from domain.need_to_know.policy import Access
from projections.registry import ALL
from projections.rows import MemoryRows
from projections.views import FamilyView

V = TypeVar("V", bound=BaseModel)


@dataclass(frozen=True)
class WholeFamily:
    """What one reader may see of a family, of one moment.

    Args:
        events: as this reader may see them, in the order of recording; at least one.
        asked_at: when it was asked.
        known_at: the moment as of which it was asked, None for now.
    """

    family_id: str
    audience: Audience
    events: Sequence[PlanEvent]
    asked_at: datetime
    known_at: datetime | None = None

    @property
    def now(self) -> datetime:
        """What counts as now in the views."""
        return self.known_at or self.asked_at

    @property
    def withheld(self) -> tuple[Category, ...]:
        """The categories of which the reader sees nothing; the table alone decides that."""
        return tuple(one for one in Category if self.audience.access(one) is Access.NONE)

    @property
    def partly(self) -> tuple[Category, ...]:
        """Those of which the reader sees their own, or what was agreed to."""
        part = {Access.OWN, Access.CONSENT}
        return tuple(one for one in Category if self.audience.access(one) in part)

    def view(self, view: FamilyView[V]) -> V:
        """A view as this reader sees it. Raises LookupError when it shows no plan."""
        blank = view.derives is not None and view.derives in self.withheld
        rows = _folded(self.events[:1]) if blank else self._rows
        found = view.read(rows, self.family_id, self.now)
        if found is None:
            raise LookupError(f"family {self.family_id} has a plan and no {view.name}")
        return found

    @cached_property
    def _rows(self) -> MemoryRows:
        return _folded(self.events)


def _folded(events: Sequence[PlanEvent]) -> MemoryRows:
    rows = MemoryRows()
    for position, event in enumerate(events, start=1):
        for projection in ALL:
            projection.handle(event, position, rows)
    return rows
