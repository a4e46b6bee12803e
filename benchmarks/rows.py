"""Reading the rows of the store by the bare driver, for floors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import psycopg

from benchmarks.figures import Stopwatch
from services.settings import Settings
from services.store.application import EVENTS_TABLE

ON_SQLITE = (
    "SELECT rowid, originator_id, originator_version, topic, state FROM {table} "
    "WHERE rowid > ? ORDER BY rowid LIMIT ?"
)
ON_POSTGRESQL = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM {table} "
    "WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
)


def bare_pages(settings: Settings, size: int, watch: Stopwatch) -> Iterator[list[bytes]]:
    """The states of all events page by page; ``watch`` measures the questions alone."""
    if settings.database_url is None:
        with closing(sqlite3.connect(settings.sqlite_path)) as connection:
            yield from _pages(connection, ON_SQLITE, EVENTS_TABLE, size, watch)
    else:
        with psycopg.connect(settings.database_url) as connection:
            yield from _pages(connection, ON_POSTGRESQL, EVENTS_TABLE, size, watch)


def _pages(
    connection: sqlite3.Connection | psycopg.Connection,
    statement: str,
    table: str,
    size: int,
    watch: Stopwatch,
) -> Iterator[list[bytes]]:
    position = 0
    while True:
        with watch.running():
            asked = connection.execute(statement.format(table=table), (position, size))
            page = asked.fetchall()
        if not page:
            return
        position = page[-1][0]
        yield [row[4] for row in page]
