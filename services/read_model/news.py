"""News: who waits for events, or for views, is told at once that there may be something new.

PostgreSQL tells: who stores events does so by NOTIFY (:mod:`eventsourcing.postgres`), and so does
the projector. SQLite does not; there a look whether anybody has written to the file costs so little
that it is done every few milliseconds.

Whatever is told may be lost, with a connection or on the way. So nobody relies on it: who waits
looks again after :data:`FALLBACK_SECONDS` anyway.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol, cast

import psycopg
import structlog
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from services.read_model.positions import POSITIONS

log = structlog.get_logger(__name__)

FALLBACK_SECONDS = 0.5
"""Between two looks at the database when no news comes."""
STOP_LOOK_SECONDS = 0.1
"""Between two looks whether it is to stop, while somebody waits for news."""
FILE_LOOK_SECONDS = 0.004
"""Between two looks whether somebody has written to the file of SQLite."""
VIEWS_CHANNEL = "oneplan_views"
_VIEWS = f"SELECT total(position) FROM {POSITIONS.name}"  # noqa: S608 - names of our own


class News(Protocol):
    """Waits for news. Not for use by two threads at once."""

    def wait(self, seconds: float) -> bool:
        """Until there may be something new since the last call, at most so long.

        Returns:
            Whether there may be. Something new may also come without any news.
        """

    def close(self) -> None:
        """Let go of the connection."""


def wait_for_news(news: News, seconds: float, is_over: Callable[[], bool]) -> None:
    """Wait until there may be something new, at most so long, and no longer than ``is_over`` lets.

    Args:
        is_over: asked every :data:`STOP_LOOK_SECONDS`, by the thread that waits.
    """
    deadline = time.monotonic() + seconds
    while not is_over() and (left := deadline - time.monotonic()) > 0:
        if news.wait(min(left, STOP_LOOK_SECONDS)):
            return


@contextmanager
def news_of_events(engine: Engine, table: str) -> Iterator[News]:
    """News of the events that somebody stores in this table, until the end of the block."""
    with _news(engine, table, f"SELECT max(rowid) FROM {table}") as news:  # noqa: S608 - our own
        yield news


@contextmanager
def news_of_views(engine: Engine) -> Iterator[News]:
    """News of the views that a projector has moved on, until the end of the block."""
    with _news(engine, VIEWS_CHANNEL, _VIEWS) as news:
        yield news


def tell_of_views(connection: Connection) -> None:
    """Tell those who wait for views, once the transaction of ``connection`` is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {VIEWS_CHANNEL}"))


@contextmanager
def _news(engine: Engine, channel: str, state: str) -> Iterator[News]:
    told = engine.dialect.name == "postgresql"
    news: News = ToldNews(engine, channel) if told else SeenNews(engine, state)
    try:
        yield news
    finally:
        news.close()


class ToldNews:
    """News by PostgreSQL's LISTEN, on a connection of its own that is made anew when it breaks."""

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._connection: Connection | None = None

    def wait(self, seconds: float) -> bool:
        """See :meth:`News.wait`. After a break what was told meanwhile is not known: True."""
        try:
            if self._connection is None:
                self._connection = self._listening()
                return True
            return any(_driver(self._connection).notifies(timeout=seconds, stop_after=1))
        except (psycopg.Error, SQLAlchemyError, OSError) as error:
            log.warning("news.lost", channel=self._channel, error=type(error).__name__)
            self.close()
            time.sleep(seconds)
            return False

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error, SQLAlchemyError):
                connection.close()

    def _listening(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Out of the pool: nobody else is to get a connection that listens.
        connection.detach()
        try:
            _driver(connection).execute(SQL("LISTEN {}").format(Identifier(self._channel)))
        except BaseException:
            connection.close()
            raise
        return connection


def _driver(connection: Connection) -> psycopg.Connection:
    return cast("psycopg.Connection", connection.connection.dbapi_connection)


class SeenNews:
    """News by looking, on SQLite, whether the file has changed and whether that matters here."""

    def __init__(self, engine: Engine, state: str) -> None:
        self._engine = engine
        self._state = state
        self._connection: Connection | None = None
        self._seen: tuple[object, object] | None = None

    def wait(self, seconds: float) -> bool:
        """See :meth:`News.wait`."""
        deadline = time.monotonic() + seconds
        while not self._look():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(FILE_LOOK_SECONDS, left))
        return True

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _look(self) -> bool:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
                self._connection.detach()
            driver = cast("sqlite3.Connection", self._connection.connection.dbapi_connection)
            # It changes when another connection commits: a look at it costs next to nothing.
            (version,) = driver.execute("PRAGMA data_version").fetchone()
            if self._seen is not None and self._seen[0] == version:
                return False
            (state,) = driver.execute(self._state).fetchone()
        except (sqlite3.Error, SQLAlchemyError):
            # The table is not there yet, or it is locked: the next look tells.
            return False
        before, self._seen = self._seen, (version, state)
        return before is None or before[1] != state
