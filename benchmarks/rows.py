"""Reading the rows of the store by the bare driver, for floors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import orjson
import psycopg

from benchmarks.figures import Stopwatch
from services.settings import Settings
from services.store.application import events_table

ON_SQLITE = (
    "SELECT rowid, originator_id, originator_version, topic, state FROM {table} "
    "WHERE rowid > ? ORDER BY rowid LIMIT ?"
)
ON_POSTGRESQL = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM {table} "
    "WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
)


def bare_pages(settings: Settings, size: int, watch: Stopwatch) -> Iterator[list[Any]]:
    """The states of all events page by page as JSON; ``watch`` measures the work for a page."""
    table = events_table(settings)
    if settings.database_url is None:
        with closing(sqlite3.connect(settings.sqlite_path)) as connection:
            yield from _pages(connection, ON_SQLITE.format(table=table), size, watch)
    else:
        with psycopg.connect(settings.database_url) as connection:
            yield from _pages(connection, ON_POSTGRESQL.format(table=table), size, watch)


def _pages(
    connection: sqlite3.Connection | psycopg.Connection,
    statement: str,
    size: int,
    watch: Stopwatch,
) -> Iterator[list[Any]]:
    position = 0
    while True:
        with watch.running():
            rows = connection.execute(statement, (position, size)).fetchall()
            states = [orjson.loads(row[4]) for row in rows]
        if not rows:
            watch.laps.pop()
            return
        position = rows[-1][0]
        yield states
