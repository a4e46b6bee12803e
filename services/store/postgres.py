"""PostgreSQL as event store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, cast
from uuid import UUID

from eventsourcing.persistence import (
    InterfaceError,
    Notification,
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.postgres import (
    ConnectionPool,
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresFactory,
)
from eventsourcing.utils import Environment, EnvType, retry
from psycopg import Connection
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Composed, Identifier
from psycopg_pool import PoolTimeout

from services.store import link

GIVE_UP_SECONDS = 4.5
"""Until the pool gives an attempt to connect up: ever longer pauses would keep it from noticing
that the server is back. Whoever asks next begins a new one."""

_SCHEMA_LOCK = 0x0E_71_A8
"""Our key for PostgreSQL's advisory lock of who makes the tables."""


class NoConnection(PersistenceError):
    """The database cannot be reached now, and was asked nothing: no use in trying again at once."""


class Pool(ConnectionPool[Connection[DictRow]]):
    """The library's pool; who gets no connection is told so once, and not after ten attempts."""

    def getconn(self, timeout: float | None = None) -> Connection[DictRow]:
        """A connection. Raises NoConnection when there is none in time."""
        try:
            return super().getconn(timeout)
        except PoolTimeout as error:
            raise NoConnection(
                f"the database gives no connection within {link.CONNECT_SECONDS} s"
            ) from error


class MadeByOne(PostgresAggregateRecorder):
    """A recorder whose table and types are made by one process at a time.

    All services start at once, and where two make them at once PostgreSQL fails: for one a type
    is there already whatever ``IF NOT EXISTS`` says, for the other a "tuple concurrently updated".
    """

    def create_table(self) -> None:
        """Create what is missing."""
        with self.datastore.get_connection() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [_SCHEMA_LOCK])
            try:
                super().create_table()
            finally:
                connection.execute("SELECT pg_advisory_unlock(%s)", [_SCHEMA_LOCK])


class Recorder(MadeByOne, PostgresApplicationRecorder):
    """The library's recorder, and five questions more."""

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Insert events in one transaction; their positions.

        The library does so in pipeline mode, and in that psycopg (3.3.9) waits for ever once it
        has more to send than the socket takes at once: some 200 kB, as a batch of long texts has.
        """
        with (
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            self._insert_events(cursor, stored_events, **kwargs)
            if not stored_events:
                return None
            self._insert_stored_events(cursor, stored_events, **kwargs)
            return self._fetch_ids_after_insert_events(cursor, stored_events, **kwargs)

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def select_first_events(self, originator_ids: Sequence[UUID]) -> list[StoredEvent]:
        """The first events of those aggregates that exist, in one query."""
        statement = self._on_events(
            "SELECT originator_id, originator_version, topic, state FROM {schema}.{table} "
            "WHERE originator_version = 1 AND originator_id = ANY(%s)"
        )
        return self._select(statement, list(originator_ids))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def select_later_events(self, versions: Mapping[UUID, int]) -> list[StoredEvent]:
        """What came after the given version of each aggregate, in one query, in order."""
        return self._select(self.later_events(), list(versions), list(versions.values()))

    def later_events(self) -> Composed:
        """The statement of :meth:`select_later_events`; its parameters are ids and versions."""
        # OFFSET keeps PostgreSQL from making a join of it, for which it would read the whole table
        # as soon as it is asked for a hundred aggregates.
        return self._on_events(
            "SELECT event.* FROM unnest(%s::uuid[], %s::bigint[]) AS known (id, version) "
            "CROSS JOIN LATERAL ("
            "SELECT originator_id, originator_version, topic, state FROM {schema}.{table} "
            "WHERE originator_id = known.id AND originator_version > known.version "
            "ORDER BY originator_version OFFSET 0) AS event"
        )

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def select_last_events(self, originator_ids: Sequence[UUID], topic: str) -> list[StoredEvent]:
        """The last events of those aggregates whose last event is of this topic, in one query."""
        statement = self._on_events(
            "SELECT last.* FROM unnest(%s::uuid[]) AS known (id) "
            "CROSS JOIN LATERAL ("
            "SELECT originator_id, originator_version, topic, state FROM {schema}.{table} "
            "WHERE originator_id = known.id ORDER BY originator_version DESC LIMIT 1) AS last "
            "WHERE last.topic = %s"
        )
        return self._select(statement, list(originator_ids), topic)

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def select_to_tell(self, position: int, limit: int) -> list[Notification]:
        """The next rows past a position; the aggregate's id is a text, with its hyphens."""
        statement = self._on_events(
            "SELECT originator_id::text, originator_version, topic, state, notification_id "
            "FROM {schema}.{table} WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
        )
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            cursor.execute(statement, [position, limit], prepare=True)
            return [
                Notification(one, version, topic, state, id=place)
                for one, version, topic, state, place in cursor.fetchall()
            ]

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def select_positions(self, originator_id: UUID) -> list[int]:
        """The position of each event of an aggregate, in the order of their versions."""
        statement = self._on_events(
            "SELECT notification_id FROM {schema}.{table} "
            "WHERE originator_id = %s ORDER BY originator_version"
        )
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, [originator_id], prepare=True)
            return [row["notification_id"] for row in cursor.fetchall()]

    def _on_events(self, statement: LiteralString) -> Composed:
        """A statement on ``{schema}.{table}``, which is the table of events."""
        schema, table = map(Identifier, (self.datastore.schema, self.events_table_name))
        return SQL(statement).format(schema=schema, table=table)

    def _select(self, statement: Composed, *parameters: object) -> list[StoredEvent]:
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters, prepare=True)
            return [
                StoredEvent(
                    originator_id=row["originator_id"],
                    originator_version=row["originator_version"],
                    topic=row["topic"],
                    state=bytes(row["state"]),
                )
                for row in cursor.fetchall()
            ]


class Factory(PostgresFactory):
    """Makes the recorders of this module (eventsourcing's ``PERSISTENCE_MODULE``)."""

    application_recorder_class = Recorder
    aggregate_recorder_class = MadeByOne

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        plain = self.datastore.pool
        known = cast("dict[str, Any]", plain.kwargs)
        self.datastore.pool = Pool(
            connection_class=Connection[DictRow],
            kwargs={**known, **link.PARAMETERS, "options": link.server_options()},
            min_size=plain.min_size,
            max_size=plain.max_size,
            open=False,
            configure=self.datastore.after_connect_func(),
            timeout=link.CONNECT_SECONDS,
            max_lifetime=plain.max_lifetime,
            reconnect_timeout=GIVE_UP_SECONDS,
        )
