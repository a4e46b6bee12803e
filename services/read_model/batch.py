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

FEW = 200
"""Events that are applied to all projections together. More cost their rows, not their statements,
and then the rows of one projection at a time are to be in memory."""


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
    if len(events) <= FEW:
        fold(connection, list(tracks), events)
        return
    for track in tracks:
        fold(connection, [track], events)


def fold(connection: Connection, tracks: Sequence[Track], events: Sequence[RecordedEvent]) -> None:
    """Apply events to the rows of projections. Raises ProjectionFailed as :func:`apply`.

    The projections are all in use, or all of a rebuild. What they are known to need is read at
    once, and what they changed is written at once.
    """
    told = {
        track: [
            one for one in events if one.history is not None or track.projection.handles(one.event)
        ]
        for track in tracks
    }
    kinds = tuple(row_type for track in tracks for row_type in track.projection.rows)
    rows = SqlRows(connection, shadow=tracks[0].shadow, together=kinds)
    rows.preload(
        wanted
        for track, some in told.items()
        for recorded in some
        for wanted in track.projection.needs(recorded.event)
    )
    for track, some in told.items():
        _fold_one(track, some, rows)
    rows.flush()


def _fold_one(track: Track, events: Sequence[RecordedEvent], rows: SqlRows) -> None:
    projection = track.projection
    for recorded in events:
        try:
            if recorded.history is None or projection.over_families:
                projection.handle(recorded.event, recorded.position, rows)
            else:
                rows.flush()
                _fold_anew(track, recorded, rows)
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise ProjectionFailed(projection, recorded, error) from error


def _fold_anew(track: Track, recorded: RecordedEvent, rows: SqlRows) -> None:
    """Fold a family anew whose history has become another one: it was merged or split."""
    memory = MemoryRows()
    for one in recorded.history or ():
        track.projection.handle(one.event, one.position, memory)
    for row_type in track.projection.rows:
        if "family_id" in row_type.columns():
            family_id = getattr(recorded.event, "family_id")  # noqa: B009 - of every such event
            rows.clear(row_type, "family_id", family_id)
    for row in memory.all():
        rows.put(row)
