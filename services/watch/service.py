"""The watch as a service: goes on by itself whatever it loses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.monitor.metrics import WATCH_STEPS
from services.monitor.vitals import Vitals
from services.newer import UpgradeNeeded
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog
from services.watch.watch import Watch

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
"""Nobody waits for a signal as for an answer: what comes meanwhile is one look at each family."""
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0


def run_watch(
    settings: Settings,
    stop: threading.Event,
    *,
    poll: float = POLL_SECONDS,
    vitals: Vitals | None = None,
) -> None:
    """Watch until ``stop`` is set.

    When a database fails, all connections are made anew, ever more slowly.

    Args:
        poll: seconds between two looks at the log and the clock, while all there is can be looked
            at together.
    """
    vitals = vitals or Vitals("watch")
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            with open_watch(settings) as watch:
                while not stop.is_set():
                    with vitals.step():
                        looked = watch.step()
                    WATCH_STEPS.inc(looked)
                    pause = FIRST_PAUSE_SECONDS
                    if not watch.is_behind:
                        stop.wait(poll)
        except UpgradeNeeded as error:
            vitals.failed(error)
            # Without a trace: where in the code says nothing here.
            log.error("watch.upgrade_needed", reason=str(error), again_in=LONGEST_PAUSE_SECONDS)  # noqa: TRY400
            stop.wait(LONGEST_PAUSE_SECONDS)
        except Exception as error:
            vitals.failed(error)
            log.exception("watch.interrupted", again_in=pause)
            stop.wait(pause)
            pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)


@contextmanager
def open_watch(settings: Settings) -> Iterator[Watch]:
    """A watch with its connections.

    Raises:
        PersistenceError, SQLAlchemyError, OSError: when the database cannot be reached.
    """
    with open_read_engine(settings) as engine, open_application(settings) as application:
        watch = Watch(engine, EventLog(application), application)
        watch.open()
        try:
            yield watch
        finally:
            watch.close()
