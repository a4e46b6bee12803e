"""What stands in the database when somebody asks: how far the views are, which terms are over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from eventsourcing.persistence import PersistenceError
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from domain.terms import SECOND
from projections.registry import ALL
from projections.statements import stored
from projections.tables import SHADOW, table_of
from projections.terms import TermRow
from services.clock import utc_now
from services.read_model import positions
from services.read_model.engine import reading
from services.read_model.projector import Projector
from services.store.event_log import EventLog

log = structlog.get_logger(__name__)


VIEWS = frozenset(projection.name for projection in ALL)


class StoreCollector(Collector):
    """Gauges of the read model, made when they are asked for. A database that fails has none."""

    def __init__(
        self,
        engine: Engine,
        events: EventLog,
        projector: Projector,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine = engine
        self._events = events
        self._projector = projector
        self._clock = clock

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """The metrics without values, so that registering asks nobody anything."""
        yield from _families().values()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics as they are now."""
        families = _families()
        try:
            self._look(families)
        except (SQLAlchemyError, PersistenceError, OSError) as error:
            log.warning("monitor.no_database", error=type(error).__name__)
            return
        yield from families.values()

    def _look(self, families: dict[str, GaugeMetricFamily]) -> None:
        last, now = self._events.last_position(), self._clock()
        families["events"].add_metric((), last)
        failing, places = self._projector.failing(), self._places()
        waited = {place: self._waited(place, now) for place in set(places.values())}
        for name, place in places.items():
            if name in VIEWS:
                families["behind"].add_metric((name,), max(0, last - place))
                families["seconds"].add_metric((name,), waited[place])
                families["failing"].add_metric((name,), name in failing)
            elif not name.endswith(SHADOW):
                families["followers"].add_metric((name,), max(0, last - place))
        for agency, count in self._overdue(now).items():
            families["overdue"].add_metric((agency,), count)

    def _places(self) -> dict[str, int]:
        with reading(self._engine) as connection:
            found = positions.standings(connection)
        return {name: standing.position for name, standing in found.items()}

    def _waited(self, place: int, now: datetime) -> float:
        since = self._events.waiting_since(place)
        return 0.0 if since is None else max(0.0, (now - since).total_seconds())

    def _overdue(self, now: datetime) -> dict[str, int]:
        """How many terms each agency has let pass and not met yet."""
        terms = table_of(TermRow)
        statement = (
            select(terms.c.due_owner, func.count())
            .where(terms.c.due_owner.is_not(None), terms.c.due_at <= stored(now - SECOND))
            .group_by(terms.c.due_owner)
        )
        with reading(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}


@contextmanager
def store_metrics(engine: Engine, events: EventLog, projector: Projector) -> Iterator[None]:
    """Have the read model's metrics among those of this process until the end of the block."""
    collector = StoreCollector(engine, events, projector)
    REGISTRY.register(collector)
    try:
        yield
    finally:
        REGISTRY.unregister(collector)


def _families() -> dict[str, GaugeMetricFamily]:
    return {
        "events": GaugeMetricFamily(
            "oneplan_stored_position", "The position of the last stored event"
        ),
        "behind": GaugeMetricFamily(
            "oneplan_projection_behind_events",
            "Stored events that a view does not hold yet",
            labels=("projection",),
        ),
        "seconds": GaugeMetricFamily(
            "oneplan_projection_behind_seconds",
            "For how long the first of them has been stored",
            labels=("projection",),
        ),
        "failing": GaugeMetricFamily(
            "oneplan_projection_failing",
            "Whether a view was set aside because its code fails",
            labels=("projection",),
        ),
        "followers": GaugeMetricFamily(
            "oneplan_follower_behind_events",
            "Stored events that the relay, the watch or the persons service has not passed yet",
            labels=("follower",),
        ),
        "overdue": GaugeMetricFamily(
            "oneplan_terms_overdue",
            "Terms of an agency that are over and were not met",
            labels=("agency",),
        ),
    }
