"""PostgreSQL as event store."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresFactory
from eventsourcing.utils import retry
from psycopg.sql import SQL, Identifier


class Recorder(PostgresApplicationRecorder):
    """The library's recorder, and one question more."""

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def select_first_events(self, originator_ids: Sequence[UUID]) -> list[StoredEvent]:
        """The first events of those aggregates that exist, in one query."""
        statement = SQL(
            "SELECT originator_id, originator_version, topic, state FROM {schema}.{table} "
            "WHERE originator_version = 1 AND originator_id = ANY(%s)"
        ).format(schema=Identifier(self.datastore.schema), table=Identifier(self.events_table_name))
        with self.datastore.get_connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, (list(originator_ids),), prepare=True)
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
