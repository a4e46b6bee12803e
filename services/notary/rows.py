"""The rows of the event store as the database has them, whatever somebody made of them.

Read as bytes, past the recorder: a row that was tampered with may be no event any more, and must
be found all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, Engine, text

from services.read_model.engine import reading

PAGE = 2000
LOWEST = -(2**63)

_SQLITE = (
    "SELECT rowid AS position, CAST(originator_id AS BLOB) AS aggregate, "
    "CAST(originator_version AS BLOB) AS version, CAST(topic AS BLOB) AS topic, "
    "CAST(state AS BLOB) AS state FROM {table} "
    "WHERE rowid > :after ORDER BY rowid LIMIT :page"
)
_POSTGRESQL = (
    "SELECT notification_id AS position, convert_to(originator_id::text, 'UTF8') AS aggregate, "
    "convert_to(originator_version::text, 'UTF8') AS version, "
    "convert_to(topic, 'UTF8') AS topic, state FROM {table} "
    "WHERE notification_id > :after ORDER BY notification_id LIMIT :page"
)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row: its position, and its columns as bytes, None for NULL."""

    position: int
    aggregate: bytes | None
    version: bytes | None
    topic: bytes | None
    state: bytes | None

    def event(self) -> StoredEvent | None:
        """The stored event in this row, or None when it cannot be one."""
        try:
            return StoredEvent(
                originator_id=UUID((self.aggregate or b"").decode("ascii")),
                originator_version=int((self.version or b"").decode("ascii")),
                topic=(self.topic or b"").decode(),
                state=self.state or b"",
            )
        except ValueError:
            return None


def raw_rows(engine: Engine, table: str, after: int = LOWEST) -> Iterator[RawRow]:
    """All rows past a position, in the order of their positions.

    Args:
        table: the recorder's ``events_table_name``.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: when the database cannot be read.
    """
    while True:
        with reading(engine) as connection:
            page = read_page(connection, table, after)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].position


def read_page(connection: Connection, table: str, after: int) -> list[RawRow]:
    """The next rows past a position, at most ``PAGE``. Raises SQLAlchemyError."""
    statement = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    found = connection.execute(text(statement.format(table=table)), {"after": after, "page": PAGE})
    return [RawRow(row.position, row.aggregate, row.version, row.topic, row.state) for row in found]


def last_position(engine: Engine, table: str) -> int:
    """The position of the last row, 0 when there is none. Raises SQLAlchemyError."""
    with reading(engine) as connection:
        column = "rowid" if connection.dialect.name == "sqlite" else "notification_id"
        return connection.execute(text(f"SELECT MAX({column}) FROM {table}")).scalar() or 0  # noqa: S608
