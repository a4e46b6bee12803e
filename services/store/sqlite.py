"""SQLite as event store: write-ahead log, full synchronisation: a commit survives a power cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
    SQLiteFactory,
)
from eventsourcing.utils import Environment, EnvType

LOCK_TIMEOUT = 30
"""Seconds to wait for another writer: intake, projections and commands share one file."""


class DurableConnectionPool(SQLiteConnectionPool):
    """Connections that wait for the disk at each commit."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous=FULL")
        return connection


class DurableDatastore(SQLiteDatastore):
    """The library's datastore on durable connections."""

    def __init__(self, db_name: str) -> None:
        super().__init__(db_name, lock_timeout=LOCK_TIMEOUT)
        self.pool.close()
        self.pool = DurableConnectionPool(db_name=db_name, lock_timeout=LOCK_TIMEOUT)


class Recorder(SQLiteApplicationRecorder):
    """The library's recorder, and five questions more."""

    def select_first_events(self, originator_ids: Sequence[UUID]) -> list[StoredEvent]:
        """The first events of those aggregates that exist, in one query."""
        marks = ",".join("?" * len(originator_ids))
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                f"SELECT * FROM {self.events_table_name} "  # noqa: S608 - a name of our own
                f"WHERE originator_version = 1 AND originator_id IN ({marks})",
                [originator_id.hex for originator_id in originator_ids],
            )
            return [_stored(row) for row in cursor.fetchall()]

    def select_later_events(self, versions: Mapping[UUID, int]) -> list[StoredEvent]:
        """What came after the given version of each aggregate, in one query, in order."""
        marks = ",".join(["(?,?)"] * len(versions))
        known = [part for one, version in versions.items() for part in (one.hex, version)]
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                f"WITH known (id, version) AS (VALUES {marks}) "  # noqa: S608 - a name of our own
                f"SELECT event.* FROM known CROSS JOIN {self.events_table_name} AS event "
                "ON event.originator_id = known.id AND event.originator_version > known.version "
                "ORDER BY event.originator_id, event.originator_version",
                known,
            )
            return [_stored(row) for row in cursor.fetchall()]

    def select_last_events(self, originator_ids: Sequence[UUID], topic: str) -> list[StoredEvent]:
        """The last events of those aggregates whose last event is of this topic, in one query."""
        table = self.events_table_name
        marks = ",".join(["(?)"] * len(originator_ids))
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                f"WITH known (id) AS (VALUES {marks}) "  # noqa: S608 - a name of our own
                f"SELECT last.* FROM known CROSS JOIN {table} AS last "
                "ON last.originator_id = known.id AND last.originator_version = "
                f"(SELECT max(originator_version) FROM {table} WHERE originator_id = known.id) "
                "WHERE last.topic = ?",
                [*(one.hex for one in originator_ids), topic],
            )
            return [_stored(row) for row in cursor.fetchall()]

    def select_to_tell(self, position: int, limit: int) -> list[Notification]:
        """The next rows past a position; the aggregate's id is a text, with its hyphens."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT originator_id, originator_version, topic, state, rowid "  # noqa: S608
                f"FROM {self.events_table_name} WHERE rowid > ? ORDER BY rowid LIMIT ?",
                [position, limit],
            )
            return [
                Notification(_hyphenated(one), version, topic, state, id=position)
                for one, version, topic, state, position in cursor.fetchall()
            ]

    def select_positions(self, originator_id: UUID) -> list[int]:
        """The position of each event of an aggregate, in the order of their versions."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                f"SELECT rowid FROM {self.events_table_name} "  # noqa: S608 - a name of our own
                "WHERE originator_id = ? ORDER BY originator_version",
                [originator_id.hex],
            )
            return [row["rowid"] for row in cursor.fetchall()]


def _hyphenated(digits: str) -> str:
    """An id as ``str(UUID(digits))`` has it."""
    parts = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
    return "-".join(parts)


def _stored(row: sqlite3.Row) -> StoredEvent:
    return StoredEvent(
        originator_id=UUID(row["originator_id"]),
        originator_version=row["originator_version"],
        topic=row["topic"],
        state=row["state"],
    )


class Factory(SQLiteFactory):
    """Makes the recorders of this module (eventsourcing's ``PERSISTENCE_MODULE``)."""

    application_recorder_class = Recorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        name = self.datastore.pool.db_name
        self.datastore.close()
        self.datastore = DurableDatastore(name)
