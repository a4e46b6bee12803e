"""SQL that the key store says more than once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, func, or_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.keys.tables import STATE, home_of

T = TypeVar("T")


def insert_missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert those rows whose key is not taken."""
    connection.execute(_insert(connection, table), rows)


def insert_missing_returning(
    connection: Connection, table: Table, rows: list[dict[str, Any]], column: Column[T]
) -> Sequence[T]:
    """As :func:`insert_missing`; what the rows that were inserted have in this column."""
    statement = _insert(connection, table).returning(column)
    found: Sequence[T] = connection.execute(statement, rows).scalars().all()
    return found


def _insert(connection: Connection, table: Table) -> Any:
    insert: Any = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    return insert(table).on_conflict_do_nothing()


def at_or_below(table: Table, subject: str) -> ColumnElement[bool]:
    """Whether a row is of this subject or of one below it."""
    prefix = f"{subject}/"
    begins = func.substr(table.c.subject, 1, len(prefix)) == prefix
    return (table.c.home == home_of(subject)) & or_(table.c.subject == subject, begins)


def next_generation(connection: Connection) -> None:
    """Tell all who have keys in memory to load them anew."""
    connection.execute(update(STATE).values(generation=STATE.c.generation + 1))
