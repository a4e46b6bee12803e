"""Watch: a durable scheduler for what depends on time, and the one who raises signals.

What it has to look at stands in the database: its place in the event log, and an alarm for each
family. Whatever it is stopped in the middle of comes again, and does nothing a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from eventsourcing.persistence import PersistenceError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.context import Context, Provenance
from domain.family_plan import PlanEvent
from domain.family_plan.signals import SignalLapsed, SignalRaised, SignalStrengthened
from domain.values import Role as ActingRole
from projections import signals
from projections.registry import WATCHERS
from projections.watching import Watcher
from services.clock import utc_now
from services.read_model import positions
from services.read_model.engine import writing
from services.read_model.follower import Follower, Role, Window
from services.read_model.source import EventSource
from services.store.application import OnePlan
from services.store.plan_cache import PlanCache
from services.store.plans import change_plan
from services.watch import alarms
from services.watch.looking import Tidings, look

log = structlog.get_logger(__name__)

NAME = "watch"
VERSION = 2
"""To be raised when a rule changes, so that all families are looked at again."""
BATCH = 2000
ALARMS_AT_ONCE = 200
TRY_AGAIN = timedelta(minutes=5)
"""When a plan that did not take what it was told is looked at again."""

BY_ITSELF = (SignalRaised, SignalStrengthened, SignalLapsed)

_ONE_WATCH = 0x0E_71_A6
"""Our key for PostgreSQL's advisory lock."""


class Watch:
    """Looks at families and tells their plans. Not for use by two threads at once.

    Args:
        engine: of :func:`services.read_model.engine.create_read_engine`.
        application: the store with the plans.
        clock: gives what is now, in UTC.
    """

    def __init__(
        self,
        engine: Engine,
        source: EventSource,
        application: OnePlan,
        *,
        watchers: Sequence[Watcher] = WATCHERS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        reads = dict.fromkeys([signals.projection, *(watcher.projection for watcher in watchers)])
        self._engine = engine
        self._follower = Follower(
            engine, source, Role(NAME, VERSION, tuple(reads), lock=_ONE_WATCH)
        )
        self._application = application
        self._plans = PlanCache()
        self._watchers = watchers
        self._clock = clock
        self.is_behind = False
        """Whether there was as much as the last step could take."""

    def open(self) -> None:
        """Create what is missing. Raises SQLAlchemyError when the database cannot be reached."""
        with writing(self._engine) as connection:
            positions.lock_schema(connection)
            alarms.create(connection)
        self._follower.open()

    def close(self) -> None:
        """Let another watch take over."""
        self._follower.close()

    def step(self) -> int:
        """Look at the families of one batch of events and at those whose alarm has come.

        Returns:
            How many events and families were dealt with; 0 when there is nothing to do now.

        Raises:
            SQLAlchemyError, eventsourcing.persistence.PersistenceError: when a database fails.
        """
        now, self.is_behind = self._clock(), False
        with self._follower.window(BATCH) as window:
            if window is None:
                return 0
            causes = self._causes(window, now)
            self.is_behind = len(window.events) >= BATCH or len(causes) >= ALARMS_AT_ONCE
            seen = {family_id: self._look(window, family_id, now) for family_id in causes}
        told = {
            family_id: self._tell(family_id, tidings, causes[family_id], now)
            for family_id, tidings in seen.items()
        }
        if told or window.events:
            with self._follower.passing(window) as connection:
                alarms.set_all(connection, told)
        return len(window.events) + len(told)

    def _causes(self, window: Window, now: datetime) -> dict[str, Provenance]:
        """The families to look at, and what made us look."""
        woken = alarms.due(window.connection, now, ALARMS_AT_ONCE)
        causes = {family_id: _clock_struck(now) for family_id in woken}
        events = [one.event for one in window.events if isinstance(one.event, PlanEvent)]
        return causes | {event.family_id: _followed(event) for event in _others(events)}

    def _look(self, window: Window, family_id: str, now: datetime) -> Tidings:
        with _one_of_many(family_id):
            return look(self._watchers, window.reader, family_id, now)
        return Tidings(next_at=now + TRY_AGAIN)

    def _tell(
        self, family_id: str, tidings: Tidings, provenance: Provenance, now: datetime
    ) -> datetime | None:
        """Tell a plan what is new. Returns when the family is to be looked at again."""
        if not tidings:
            return tidings.next_at
        with _one_of_many(family_id):
            context = Context(provenance=provenance, occurred_at=now, recorded_at=now)
            change_plan(
                self._application,
                family_id,
                lambda plan: tidings.tell(plan, context),
                self._plans,
            )
            return tidings.next_at
        return now + TRY_AGAIN


@contextmanager
def _one_of_many(family_id: str) -> Iterator[None]:
    """What fails for one family is logged, and must not keep the others from being looked at."""
    try:
        yield
    except (SQLAlchemyError, PersistenceError):
        raise
    except Exception as error:  # noqa: BLE001
        log.error("watch.failed", family_id=family_id, error=type(error).__name__)  # noqa: TRY400


def _others(events: Iterable[PlanEvent]) -> list[PlanEvent]:
    """Not the signals that the watch itself raised: they change nothing it could see."""
    return [one for one in events if not isinstance(one, BY_ITSELF)]


def _followed(event: PlanEvent) -> Provenance:
    cause = f"{event.family_id}:{event.originator_version}"
    return _provenance(event.provenance.correlation_id, cause)


def _clock_struck(now: datetime) -> Provenance:
    moment = f"{NAME}:{now:%Y-%m-%dT%H:%M:%SZ}"
    return _provenance(moment, moment)


def _provenance(correlation_id: str, causation_id: str) -> Provenance:
    return Provenance(
        actor=NAME,
        role=ActingRole.SYSTEM,
        correlation_id=correlation_id,
        causation_id=causation_id,
    )
