"""The notary as a service: goes on by itself whatever it loses, except a book that is wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.clock import utc_now
from services.embedded.lock import FolderLock
from services.monitor.metrics import NOTARY_EVENTS
from services.monitor.vitals import Vitals
from services.notary.book import Book
from services.notary.key import signing_key
from services.notary.notary import Notary
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.store.application import open_application

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
TAKEOVER_SECONDS = 5.0


def run_notary(
    settings: Settings,
    stop: threading.Event,
    *,
    poll: float = POLL_SECONDS,
    vitals: Vitals | None = None,
) -> None:
    """Write down and sign until ``stop`` is set.

    Args:
        poll: seconds between two looks at the event store when there is nothing to do.
    """
    vitals = vitals or Vitals("notary")
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            with open_notary(settings) as notary:
                while not stop.is_set():
                    with vitals.step():
                        written = notary.step()
                    NOTARY_EVENTS.set(notary.size)
                    pause = FIRST_PAUSE_SECONDS
                    if not written:
                        stop.wait(poll)
                while notary.step():
                    pass
        except Exception as error:
            vitals.failed(error)
            # Its own words name ids and files only; what others raise may quote a row.
            log.exception("notary.interrupted", error=type(error).__name__, again_in=pause)
            stop.wait(pause)
            pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)


@contextmanager
def open_notary(settings: Settings) -> Iterator[Notary]:
    """A notary with its connections, alone on its book.

    Raises:
        BookDamaged: when the book is not the one that was signed.
        FolderInUseError: when another notary works on the book.
        PersistenceError, SQLAlchemyError, OSError: when the database cannot be reached.
    """
    book = Book(settings.notary)
    with (
        FolderLock(book.folder / "lock", patience=TAKEOVER_SECONDS),
        open_read_engine(settings) as engine,
        open_application(settings) as application,
    ):
        notary = Notary(application, engine, book, signing_key(settings), utc_now)
        notary.open()
        yield notary
