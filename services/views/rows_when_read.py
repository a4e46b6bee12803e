"""Rows in memory that are folded when they are first read, and only as far as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.events import DomainEvent
from projections.projection import Projection
from projections.rows import MemoryRows, R, Row


class RowsWhenRead:
    """What projections make of events, as :class:`projections.rows.Reader`.

    Somebody who asks for one view of a family would else wait for the folds of twenty. Not for use
    by two threads at once.
    """

    def __init__(self, projections: Sequence[Projection]) -> None:
        self._rows = MemoryRows()
        self._projections = tuple(projections)
        self._of = {row_type: one for one in projections for row_type in one.rows}
        self._events: list[tuple[DomainEvent, int]] = []
        self._folded = dict.fromkeys(self._projections, 0)

    def take(self, event: DomainEvent, position: int) -> None:
        """Take the next event."""
        self._events.append((event, position))

    def select(
        self,
        row_type: type[R],
        *,
        where: Mapping[str, object],
        order: tuple[str, ...] = (),
        descending: bool = False,
        limit: int | None = None,
        after: tuple[Any, ...] | None = None,
    ) -> list[R]:
        """As :meth:`projections.rows.Reader.select`.

        Raises:
            LookupError: for rows that none of the projections makes.
        """
        self._fold(self._maker(row_type))
        return self._rows.select(
            row_type, where=where, order=order, descending=descending, limit=limit, after=after
        )

    def copy(self) -> MemoryRows:
        """All rows of all projections, as they are now."""
        for projection in self._projections:
            self._fold(projection)
        return self._rows.copy()

    def _maker(self, row_type: type[Row]) -> Projection:
        maker = self._of.get(row_type)
        if maker is None:
            raise LookupError(f"no projection here makes the rows of {row_type.table}")
        return maker

    def _fold(self, projection: Projection) -> None:
        for event, position in self._events[self._folded[projection] :]:
            projection.handle(event, position, self._rows)
        self._folded[projection] = len(self._events)
