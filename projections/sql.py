"""Rows in an SQL database: SQLite or PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, delete

from projections.rows import R, Reference, Row, check_query
from projections.statements import (
    GIVEN,
    POSTGRESQL,
    delete_one,
    key_parameters,
    query_parameters,
    row_parameters,
    select_many,
    select_together,
    select_where,
    stored,
    together,
    upsert_many,
    upsert_together,
)
from projections.tables import table_of


class SqlRows:
    """The rows that one batch of events changes, inside the transaction of ``connection``.

    Reads each row once and holds all changes back until :meth:`flush`, so that a row which a
    batch changes a hundred times is written once.

    Args:
        connection: with a transaction that only one writer of these rows can be in.
        shadow: whether to work on the tables of a rebuild.
        together: the row types that are read in one statement, and written in one, where each
            statement is a way to a server and back.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        shadow: bool = False,
        together: tuple[type[Row], ...] = (),
    ) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._shadow = shadow
        self._together = together if self._dialect == POSTGRESQL else ()
        self._stored: dict[Reference, Row | None] = {}
        self._now: dict[Reference, Row | None] = {}

    def get(self, row_type: type[R], *key: object) -> R | None:
        """The row with this key, or None."""
        reference: Reference = (row_type, key)
        if reference not in self._now:
            self.preload([reference])
        row = self._now[reference]
        return row if isinstance(row, row_type) else None

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with the same key."""
        self._now[type(row), row.key_values()] = row

    def delete(self, row_type: type[Row], *key: object) -> None:
        """Remove a row; nothing happens when there is none."""
        self._now[row_type, key] = None

    def clear(self, row_type: type[Row], column: str, value: object) -> None:
        """Remove all rows with this value in a column, at once. Nothing may be held back."""
        table = table_of(row_type, shadow=self._shadow)
        self._connection.execute(delete(table).where(table.c[column] == stored(value)))
        for known in (self._stored, self._now):
            for reference in [one for one in known if one[0] is row_type]:
                del known[reference]

    def preload(self, references: Iterable[Reference]) -> None:
        """Read rows that will be asked for, many in one query."""
        wanted: defaultdict[type[Row], list[tuple[object, ...]]] = defaultdict(list)
        for row_type, key in dict.fromkeys(references):
            if (row_type, key) not in self._now:
                wanted[row_type].append(key)
        found: dict[Reference, Row | None] = {
            (row_type, key): None for row_type, keys in wanted.items() for key in keys
        }
        for row_type, body in self._bodies(wanted):
            row = row_type.model_validate_json(body)
            found[row_type, row.key_values()] = row
        self._stored |= found
        self._now |= found

    def flush(self) -> int:
        """Write what changed since the last flush. Returns how many rows that were."""
        puts: defaultdict[type[Row], list[Row]] = defaultdict(list)
        deletes: defaultdict[type[Row], list[dict[str, Any]]] = defaultdict(list)
        for reference, row in self._now.items():
            if reference in self._stored and self._stored[reference] == row:
                continue
            row_type, key = reference
            if row is None:
                deletes[row_type].append(
                    {
                        f"key_{name}": stored(value)
                        for name, value in zip(row_type.key, key, strict=True)
                    }
                )
            else:
                puts[row_type].append(row)
            self._stored[reference] = row
        self._write(puts)
        for row_type, keys in deletes.items():
            self._connection.execute(delete_one(row_type, shadow=self._shadow), keys)
        return sum(map(len, puts.values())) + sum(map(len, deletes.values()))

    def _bodies(
        self, wanted: Mapping[type[Row], list[tuple[object, ...]]]
    ) -> Iterator[tuple[type[Row], str]]:
        """The bodies of those rows that exist."""
        given = {row_type: key_parameters(row_type, keys) for row_type, keys in wanted.items()}
        if self._go_together(given):
            select = select_together(self._together, shadow=self._shadow)
            for body, place in self._connection.execute(select, together(self._together, given)):
                if body is not None:
                    yield self._together[place], body
            return
        for row_type, keys in given.items():
            select_one = select_many(row_type, self._dialect, shadow=self._shadow)
            for body in self._connection.scalars(select_one, {GIVEN: keys}):
                if body is not None:
                    yield row_type, body

    def _write(self, puts: Mapping[type[Row], list[Row]]) -> None:
        given = {row_type: row_parameters(rows) for row_type, rows in puts.items()}
        if self._go_together(given):
            upsert_all = upsert_together(self._together, shadow=self._shadow)
            self._connection.execute(upsert_all, together(self._together, given))
            return
        for row_type, rows in given.items():
            upsert = upsert_many(row_type, self._dialect, shadow=self._shadow)
            self._connection.execute(upsert, {GIVEN: rows})

    def _go_together(self, given: Mapping[type[Row], str]) -> bool:
        return len(given) > 1 and given.keys() <= set(self._together)


class SqlReader:
    """Queries on the read model, inside the transaction of ``connection``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def select(
        self,
        row_type: type[R],
        *,
        where: Mapping[str, object],
        order: tuple[str, ...] = (),
        descending: bool = False,
        limit: int | None = None,
        after: tuple[Any, ...] | None = None,
    ) -> list[R]:
        """As :meth:`projections.rows.Reader.select`."""
        check_query(row_type, where, order, after)
        statement = select_where(
            row_type,
            frozenset(name for name, value in where.items() if value is not None),
            frozenset(name for name, value in where.items() if value is None),
            order,
            descending=descending,
            limited=limit is not None,
            continued=after is not None,
        )
        bodies = self._connection.scalars(
            statement, query_parameters(where, order, limit, after or ())
        )
        return [row_type.model_validate_json(body) for body in bodies]
