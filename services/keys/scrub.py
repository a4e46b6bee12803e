"""Scrub: what was deleted from a database also leaves its files."""

from __future__ import annotations

import sqlite3
import time
from typing import cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.05


class StillInUseError(Exception):
    """Others kept reading a database, so that its write-ahead log could not be emptied."""


def scrub(engine: Engine, tables: tuple[str, ...] = ()) -> list[str]:
    """Write a database anew without what was deleted, and let go of the write-ahead log.

    On SQLite the whole file is written anew. On PostgreSQL ``tables`` are, with what the planner
    remembers of their values; then the write-ahead log is switched and a checkpoint made, which
    removes dropped tables and old segments.

    Returns:
        What could not be done or does not hold on this PostgreSQL server, for its administrator.

    Raises:
        StillInUseError: when others kept old rows in use for a minute.
    """
    if engine.dialect.name == "postgresql":
        return _scrub_postgresql(engine, tables)
    _scrub_sqlite(engine)
    return []


def _scrub_sqlite(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        connection = cast("sqlite3.Connection", raw.driver_connection)
        connection.execute("PRAGMA secure_delete = ON").close()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _emptied(connection):
            if time.monotonic() > deadline:
                raise StillInUseError(
                    "the database is read without a pause, so its log still holds old pages; "
                    "try again, or stop the service for a moment"
                )
            time.sleep(PAUSE_SECONDS)
    finally:
        raw.close()


def _emptied(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("VACUUM").close()
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return bool(busy == 0)


def _scrub_postgresql(engine: Engine, tables: tuple[str, ...]) -> list[str]:
    notes = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _wait_for_older_transactions(connection)
        for table in tables:
            connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
        for statement, what in (
            ("VACUUM FULL pg_catalog.pg_statistic", "the planner's statistics were not renewed"),
            ("SELECT pg_switch_wal()", "the write-ahead log was not switched"),
            ("CHECKPOINT", "no checkpoint was made"),
        ):
            try:
                connection.execute(text(statement))
            except DBAPIError:
                notes.append(
                    f"{what}: the database user may not; let it own the database, grant it "
                    f"pg_checkpoint and pg_switch_wal(), or let an administrator run: {statement}"
                )
        notes += _what_remains(connection)
    return notes


def _wait_for_older_transactions(connection: Connection) -> None:
    """A row that an older transaction may still see would be taken over into the new file."""
    now = connection.execute(text("SELECT pg_current_xact_id()::xid::text")).scalar_one()
    older = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND age(backend_xmin) >= age(CAST(:now AS xid))"
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while connection.execute(older, {"now": now}).scalar_one():
        if time.monotonic() > deadline:
            raise StillInUseError(
                "a transaction on the database has been open for a minute and may still see what "
                "was erased; end it (pg_stat_activity shows it), then try again"
            )
        time.sleep(PAUSE_SECONDS)


def _what_remains(connection: Connection) -> list[str]:
    notes = []
    if connection.execute(text("SHOW wal_recycle")).scalar() == "on":
        notes.append(
            "wal_recycle is on: old segments of the write-ahead log are used again, and hold what "
            "was written until then; set wal_recycle = off"
        )
    if connection.execute(text("SHOW archive_mode")).scalar() != "off":
        notes.append(
            "archive_mode is on: archived segments and base backups hold what was written; "
            "delete those from before this erasure when their own term is over"
        )
    return notes
