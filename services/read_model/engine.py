"""The read model's database: the same one as the event store's."""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError

from services.settings import Settings
from services.store import link

BUSY_TIMEOUT = 30.0
"""Seconds that one SQLite connection waits for another to finish writing."""

KEPT_CONNECTIONS, MORE_CONNECTIONS = 10, 5
"""Of one engine. Those that are kept stay when nobody uses them: making one takes longer than most
questions do, and it has no plans of what it is asked before it was asked often."""

_WRITES = "oneplan_writes"

_PLANS_THAT_LAST = {"enable_seqscan": "off", "jit": "off"}
"""PostgreSQL keeps the plan of a statement. Made while a table is small it would read the whole
table, and go on so while that fills; every question of ours has an index."""


def create_read_engine(settings: Settings) -> Engine:
    """The engine for ``database_url``, or for the SQLite file in ``data_dir`` (made if absent).

    Nothing is connected yet. Statements' parameters, which hold personal data, are left out of
    its errors and logs.
    """
    if settings.database_url is not None:
        return postgresql_engine(settings.database_url)
    settings.sqlite_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return sqlite_engine(settings.sqlite_path)


@contextmanager
def open_read_engine(settings: Settings) -> Iterator[Engine]:
    """The engine of :func:`create_read_engine`, until the end of the block."""
    engine = create_read_engine(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def postgresql_engine(database_url: str) -> Engine:
    """An engine for a libpq URL, ``?host=/socket/directory`` and ``?schema=name`` included.

    User and host default as for the event store: ``postgres`` on ``localhost``.

    Raises:
        ValueError: for a URL of another database, without repeating the URL.
    """
    url = make_url(database_url)
    if url.drivername != "postgresql":
        raise ValueError(
            "database_url: must begin with postgresql://; leave it out for the embedded SQLite"
        )
    schema = url.query.get("schema")
    host = url.host or (None if "host" in url.query else "localhost")
    url = url.set(
        drivername="postgresql+psycopg", username=url.username or "postgres", host=host
    ).difference_update_query(["schema"])
    named = {"search_path": schema} if isinstance(schema, str) else {}
    options = link.server_options(**_PLANS_THAT_LAST, **named)
    engine = create_engine(
        url,
        connect_args={**link.PARAMETERS, "options": options},
        pool_size=KEPT_CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine, "checkout", _see_whether_it_leads_anywhere)
    return engine


def sqlite_engine(path: Path) -> Engine:
    """An engine for an SQLite file that loses nothing that was committed."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT, "isolation_level": None},
        pool_size=KEPT_CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with. On SQLite all that is read is of one moment.

    It commits at the end, though nothing is written: at a rollback psycopg forgets all statements
    that the server has made a plan for, and the server plans each of them anew.
    """
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection to write with: commits at the end, rolls back on an error.

    On SQLite it waits at its start for other writers to finish.
    """
    with (
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


def _see_whether_it_leads_anywhere(
    connection: psycopg.Connection, _record: object, _proxy: object
) -> None:
    """Have the pool make its connections anew when the server has closed this one.

    A server that asks for nothing says nothing: only when it has is it asked whether it answers,
    and not each time a connection is used.
    """
    try:
        if connection.closed or _has_come(connection.pgconn.socket):
            connection.rollback()
            connection.execute("SELECT 1")
            connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError from error


def _has_come(socket: int) -> bool:
    """Whether there is something to read: an answer nobody waits for, or that there is an end."""
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return bool(waiting.poll(0))


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    # Full synchronisation, since in WAL mode the usual level may lose the last commits.
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer: SQLite
    # refuses it at once. So one that will write says so at its start.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
