"""One batch: the next events applied to projections, together with their positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from projections.projection import Projection
from projections.rows import MemoryRows
from projections.sql import SqlRows
from projections.tables import SHADOW
from services.read_model.news import tell_of_views
from services.read_model.positions import Standing, advance_together
from services.read_model.source import RecordedEvent


class ProjectionFailed(Exception):
    """A projection's own code failed on an event. Holds ids only, no personal data."""

    def __init__(self, projection: Projection, at: RecordedEvent, error: Exception) -> None:
        self.projection = projection.name
        self.position = at.position
        self.event_type = type(at.event).__name__
        self.reason = type(error).__name__
        super().__init__(
            f"projection {self.projection} fails on {self.event_type} "
            f"at position {self.position}: {self.reason}"
        )


@dataclass(frozen=True, slots=True)
class Track:
    """A projection being kept up to date, in the tables in use or in those of a rebuild."""

    projection: Projection
    shadow: bool = False

    @property
    def name(self) -> str:
        """The name of its position."""
        return self.projection.name + SHADOW if self.shadow else self.projection.name


def apply(
    connection: Connection, tracks: dict[Track, Standing], events: Sequence[RecordedEvent]
) -> None:
    """Apply events to projections in the transaction of ``connection``.

    Positions move first: on PostgreSQL that makes a second projector wait here, so that the two
    never work on the same rows.

    Raises:
        Overtaken: when another projector has moved one of them.
        ProjectionFailed: when a handler raises an error.
    """
    seen = {track.name: at for track, at in tracks.items()}
    advance_together(connection, seen, events[-1].position)
    tell_of_views(connection)
    for track in tracks:
        fold(connection, track, events)


def fold(connection: Connection, track: Track, events: Sequence[RecordedEvent]) -> None:
    """Apply events to the rows of one projection. Raises ProjectionFailed as :func:`apply`."""
    projection = track.projection
    told = [one for one in events if one.history is not None or projection.handles(one.event)]
    rows = SqlRows(connection, shadow=track.shadow)
    rows.preload(wanted for recorded in told for wanted in projection.needs(recorded.event))
    for recorded in told:
        try:
            if recorded.history is None or projection.over_families:
                projection.handle(recorded.event, recorded.position, rows)
            else:
                rows.flush()
                rows = _fold_anew(connection, track, recorded)
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise ProjectionFailed(projection, recorded, error) from error
    rows.flush()


def _fold_anew(connection: Connection, track: Track, recorded: RecordedEvent) -> SqlRows:
    """Fold a family anew whose history has become another one: it was merged or split."""
    memory = MemoryRows()
    for one in recorded.history or ():
        track.projection.handle(one.event, one.position, memory)
    rows = SqlRows(connection, shadow=track.shadow)
    for row_type in track.projection.rows:
        if "family_id" in row_type.columns():
            family_id = getattr(recorded.event, "family_id")  # noqa: B009 - of every such event
            rows.clear(row_type, "family_id", family_id)
    for row in memory.all():
        rows.put(row)
    return rows
