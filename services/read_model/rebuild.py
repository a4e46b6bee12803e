"""Building views anew beside those in use, and putting them in their place in one transaction.

A rebuild has its own tables and its own position, which move by the same rules as those in use.
So it may crash, be begun again, or be done by two processes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

from sqlalchemy import Engine

from projections.projection import Projection
from projections.tables import create_table, replace_by_shadow, table_of
from services.read_model import positions
from services.read_model.batch import Track, apply, fold
from services.read_model.engine import reading, writing
from services.read_model.positions import Overtaken, Standing
from services.read_model.source import EventSource

Progress = Callable[[int, int], None]
"""Given the position reached and the last position in the store."""


def rebuild(
    engine: Engine,
    source: EventSource,
    projections: Sequence[Projection],
    on_progress: Progress,
    *,
    limit: int,
) -> None:
    """Build the views of these projections anew from all events, then put them into use.

    Whoever reads in the meantime sees the old view, then the new one.

    Raises:
        ProjectionFailed: when a handler fails; the old view stays in use.
    """
    tracks = [Track(projection, shadow=True) for projection in projections]
    for track in tracks:
        _begin(engine, track)
    _fill(engine, source, tracks, on_progress, limit)
    for track in tracks:
        while not _swap(engine, source, track, limit):
            _fill(engine, source, [track], on_progress, limit)


def _begin(engine: Engine, track: Track) -> None:
    with writing(engine) as connection:
        positions.lock_schema(connection)
        # The position before the tables: a batch takes them in this order as well.
        positions.put(connection, track.name, Standing(track.projection.version, 0))
        tag = uuid4().hex[:12]
        for row_type in track.projection.rows:
            table_of(row_type, shadow=True).drop(connection, checkfirst=True)
            create_table(connection, row_type, shadow=True, tag=tag)


def _fill(
    engine: Engine, source: EventSource, tracks: list[Track], on_progress: Progress, limit: int
) -> None:
    while True:
        standings = _unfinished(engine, tracks)
        if not standings:
            return
        lowest = min(standing.position for standing in standings.values())
        behind = {track: at for track, at in standings.items() if at.position == lowest}
        ahead = [at.position for at in standings.values() if at.position > lowest]
        events = source.after(lowest, limit)
        if ahead:
            events = [one for one in events if one.position <= min(ahead)]
        total = source.last_position()
        on_progress(min(lowest, total), total)
        if not events:
            return
        try:
            with writing(engine) as connection:
                apply(connection, behind, events)
        except Overtaken:
            continue


def _unfinished(engine: Engine, tracks: list[Track]) -> dict[Track, Standing]:
    """Where the rebuilds stand, without those that another process has put into use."""
    with reading(engine) as connection:
        found = positions.standings(connection)
    return {
        track: found[track.name]
        for track in tracks
        if track.name in found and found[track.name].version == track.projection.version
    }


def _swap(engine: Engine, source: EventSource, track: Track, limit: int) -> bool:
    """Put a rebuilt view into use. Returns False when it is too far behind for that."""
    with writing(engine) as connection:
        built = positions.locked(connection, track.name)
        if built is None or built.version != track.projection.version:
            return True
        in_use = positions.locked(connection, track.projection.name)
        reached = built.position
        if in_use is not None and reached < in_use.position:
            missing = [
                one for one in source.after(reached, limit) if one.position <= in_use.position
            ]
            if not missing or missing[-1].position < in_use.position:
                return False
            fold(connection, [track], missing)
            reached = in_use.position
        for row_type in track.projection.rows:
            replace_by_shadow(connection, row_type)
        positions.put(
            connection, track.projection.name, Standing(track.projection.version, reached)
        )
        positions.remove(connection, track.name)
    return True
