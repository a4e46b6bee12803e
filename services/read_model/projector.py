"""The projector: keeps every view up to date with the event store."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import structlog
from sqlalchemy import Engine

from projections.projection import Projection
from projections.registry import ALL
from projections.tables import create_table
from services.monitor.metrics import PROJECTED_EVENTS, PROJECTOR_BATCH_SECONDS
from services.monitor.tracing import traces
from services.monitor.vitals import Check, Vitals
from services.newer import UpgradeNeeded
from services.read_model import positions
from services.read_model.batch import ProjectionFailed, Track, apply
from services.read_model.engine import reading, writing
from services.read_model.news import News, wait_for_news
from services.read_model.positions import Overtaken, Standing
from services.read_model.rebuild import Progress, rebuild
from services.read_model.source import EventSource, RecordedEvent

__all__ = ["EventSource", "ProjectionFailed", "Projector", "RecordedEvent", "create_tables"]

LONGEST_PAUSE = 2.0
"""Seconds between two attempts at most while the database or a projection fails."""
POLL_SECONDS = 0.05
REMEMBERED_SECONDS = 1.0
"""How long a projector goes by where it left the views, before it looks where they stand."""
REBUILD_BATCH = 2000

log = structlog.get_logger(__name__)


def create_tables(engine: Engine, projections: Sequence[Projection] = ALL) -> None:
    """Create the tables of the views and their positions, unless they are there."""
    with writing(engine) as connection:
        positions.lock_schema(connection)
        positions.create(connection)
        for projection in projections:
            for row_type in projection.rows:
                create_table(connection, row_type)
        known = positions.standings(connection)
        for projection in projections:
            if projection.name not in known:
                positions.put(connection, projection.name, Standing(projection.version, 0))


class Projector:
    """Applies the store's events to the projections, each exactly once.

    Any number of projectors may run on the same database: who comes second finds the position
    moved and takes nothing.

    Args:
        engine: of :func:`services.read_model.engine.create_read_engine`.
    """

    def __init__(
        self,
        engine: Engine,
        source: EventSource,
        projections: Sequence[Projection] = ALL,
        *,
        vitals: Vitals | None = None,
    ) -> None:
        self._vitals = vitals or Vitals("projector")
        self._engine = engine
        self._source = source
        self._projections = {projection.name: projection for projection in projections}
        self._prepared = False
        self._failing: dict[str, tuple[ProjectionFailed, float]] = {}
        self._left: dict[str, Standing] = {}
        self._left_at = 0.0

    def prepare(self) -> None:
        """Create what is missing, and rebuild the views that older code built.

        Called by the first :meth:`catch_up`; calling it again does nothing. A view whose rebuild
        fails stays as it is and stands in :meth:`failing`. One that newer code built is left to
        that code: while old and new run side by side the old does not undo what the new did.
        """
        if self._prepared:
            return
        create_tables(self._engine, list(self._projections.values()))
        outdated = [
            self._projections[name]
            for name, standing in self._standings().items()
            if standing.version < self._projections[name].version
        ]
        for projection in outdated:
            log.info("projection.outdated", projection=projection.name)
            try:
                self._rebuild([projection], lambda _done, _total: self._vitals.goes_on())
            except ProjectionFailed as failed:
                self._set_aside(failed)
        self._prepared = True

    def catch_up(self, limit: int = 500) -> int:
        """Apply one batch to the projections that are furthest behind, in one transaction.

        Returns:
            How many events were applied; 0 when every view is up to date.

        Raises:
            ProjectionFailed: when a projection's code fails; nothing of the batch is applied.
            NewerEventError: when a newer release wrote the very next event.
        """
        self.prepare()
        while True:
            behind, bound = self._furthest_behind()
            if not behind:
                return 0
            events = self._next_events(behind, bound, limit)
            if not events:
                return 0
            began = time.time_ns()
            left, self._left = self._left, {}
            try:
                with PROJECTOR_BATCH_SECONDS.time(), writing(self._engine) as connection:
                    apply(connection, behind, events)
            except Overtaken:
                continue
            moved = {
                one.name: Standing(at.version, events[-1].position) for one, at in behind.items()
            }
            self._left = left | moved
            PROJECTED_EVENTS.inc(len(events))
            spans = traces()
            if spans is not None:
                spans.projected(events, began, len(behind))
            for track in behind:
                self._failing.pop(track.name, None)
            return len(events)

    def run(
        self, stop: threading.Event, news: News | None = None, poll: float = POLL_SECONDS
    ) -> None:
        """Keep the views up to date until ``stop`` is set.

        A failing database is tried again, ever more slowly. A projection whose code fails is
        set aside and tried again later, while the others go on.

        Args:
            news: tells of events that were saved before ``poll`` has passed.
            poll: seconds between two looks at the store when there is nothing to do.
        """
        self._vitals.look_at("projections", self._failing_check)
        failures = 0
        while not stop.is_set():
            try:
                with self._vitals.step():
                    applied = self.catch_up()
                failures = 0
            except ProjectionFailed as failed:
                self._set_aside(failed)
                continue
            except UpgradeNeeded as error:
                self._vitals.failed(error)
                log.error(  # noqa: TRY400 - where in the code says nothing here
                    "projector.upgrade_needed", reason=str(error), seconds=LONGEST_PAUSE
                )
                stop.wait(LONGEST_PAUSE)
                continue
            except Exception as error:  # noqa: BLE001  a projector that stops is noticed too late
                failures += 1
                self._vitals.failed(error)
                pause = min(LONGEST_PAUSE, 0.05 * 2 ** min(failures, 10))
                log.warning(
                    "projector.retries",
                    error=type(error).__name__,
                    failures=failures,
                    seconds=pause,
                )
                stop.wait(pause)
                continue
            if applied:
                continue
            if news is None:
                stop.wait(poll)
            else:
                wait_for_news(news, poll, stop.is_set)

    def positions(self) -> dict[str, int]:
        """The last position that each view holds."""
        self.prepare()
        return {name: standing.position for name, standing in self._standings().items()}

    def followers(self) -> dict[str, int]:
        """The last position that each of those who come after the views has dealt with."""
        self.prepare()
        with reading(self._engine) as connection:
            found = positions.standings(connection)
        return {
            name: standing.position
            for name, standing in found.items()
            if name not in self._projections
        }

    def left_to_newer(self) -> list[str]:
        """The views that newer code has built, and that are left to it."""
        self.prepare()
        return [
            name
            for name, standing in self._standings().items()
            if standing.version > self._projections[name].version
        ]

    def failing(self) -> dict[str, str]:
        """The projections that :meth:`run` has set aside, and why, without personal data."""
        return {name: str(failed) for name, (failed, _) in self._failing.items()}

    def _failing_check(self) -> Check:
        failing = ", ".join(sorted(self._failing))
        return Check(ok=not failing, detail=f"set aside: {failing}" if failing else "none fails")

    def rebuild(self, name: str | None, on_progress: Progress) -> None:
        """Build one view anew, or all of them (None), while they stay in use.

        Args:
            on_progress: given the position reached and the last position in the store.

        Raises:
            ValueError: for a name that no projection has.
            ProjectionFailed: when a projection's code fails; the old view stays in use.
        """
        if name is not None and name not in self._projections:
            known = ", ".join(sorted(self._projections))
            raise ValueError(f"no projection is called {name}; there are {known}")
        create_tables(self._engine, list(self._projections.values()))
        chosen = list(self._projections.values()) if name is None else [self._projections[name]]
        self._rebuild(chosen, on_progress)

    def _rebuild(self, projections: Sequence[Projection], on_progress: Progress) -> None:
        rebuild(self._engine, self._source, projections, on_progress, limit=REBUILD_BATCH)

    def _standings(self) -> dict[str, Standing]:
        with reading(self._engine) as connection:
            found = positions.standings(connection)
        return {name: found[name] for name in self._projections if name in found}

    def _furthest_behind(self) -> tuple[dict[Track, Standing], int | None]:
        """The projections at the lowest position, and the next higher position there is.

        A view that other code has built in the meantime is left to that code.
        """
        now = time.monotonic()
        # Whoever moved one of them meanwhile is met when they are moved on.
        if not self._left or now - self._left_at > REMEMBERED_SECONDS:
            self._left, self._left_at = self._standings(), now
        standings = {
            name: standing
            for name, standing in self._left.items()
            if standing.version == self._projections[name].version
            and (name not in self._failing or self._failing[name][1] <= now)
        }
        at = sorted({standing.position for standing in standings.values()})
        behind = {
            Track(self._projections[name]): standing
            for name, standing in standings.items()
            if standing.position == at[0]
        }
        return behind, at[1] if len(at) > 1 else None

    def _next_events(
        self, behind: dict[Track, Standing], bound: int | None, limit: int
    ) -> Sequence[RecordedEvent]:
        """What those behind lack, up to where the others stand, so that they go on together."""
        position = next(iter(behind.values())).position
        events = self._source.after(position, limit)
        if bound is None:
            return events
        return [recorded for recorded in events if recorded.position <= bound]

    def _set_aside(self, failed: ProjectionFailed) -> None:
        self._failing[failed.projection] = (failed, time.monotonic() + LONGEST_PAUSE)
        log.error(
            "projection.fails",
            projection=failed.projection,
            position=failed.position,
            event_type=failed.event_type,
            error=failed.reason,
        )
