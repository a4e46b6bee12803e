"""Rows of the read model, and what a fold and a query may do with them.

A view is many small rows, never one growing document: an event changes a fixed number of rows,
however long the family is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """One row of a read model. A subclass says where it is kept and how it is found.

    Fields named in ``key`` and ``indexed`` become columns that a query may filter and sort on;
    the whole row is kept as JSON beside them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    indexed: ClassVar[tuple[str, ...]] = ()
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """The database indexes besides the key, each over one or more of the columns."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        unknown = set(cls.columns()) - cls.model_fields.keys()
        if unknown:
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The fields that a query may filter and sort on."""
        return (*cls.key, *cls.indexed)

    @classmethod
    def require_columns(cls, names: Iterable[str]) -> None:
        """Raises ValueError when a name is not one of the columns."""
        unknown = set(names) - set(cls.columns())
        if unknown:
            raise ValueError(f"{cls.table} has no column {', '.join(sorted(unknown))}")

    def key_values(self) -> tuple[object, ...]:
        """What identifies this row in its table."""
        return tuple(getattr(self, name) for name in self.key)


R = TypeVar("R", bound=Row)

Reference = tuple[type[Row], tuple[object, ...]]
"""A row type and a key: which row is meant, whether or not it exists."""


class Rows(Protocol):
    """What a projection folds events into."""

    def get(self, row_type: type[R], *key: object) -> R | None:
        """The row with this key, or None."""

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with the same key."""

    def delete(self, row_type: type[Row], *key: object) -> None:
        """Remove a row; nothing happens when there is none."""


def existing(rows: Rows, row_type: type[R], *key: object) -> R:
    """The row with this key. Raises LookupError when an earlier event should have put it there."""
    row = rows.get(row_type, *key)
    if row is None:
        raise LookupError(f"{row_type.table} has no row {key}")
    return row


class Reader(Protocol):
    """What a query asks a read model."""

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
        """The rows whose columns equal all of ``where``.

        Args:
            order: columns to sort on, none of which may be empty (None) in the rows asked for.
                Texts sort by code point on every database.
            descending: turns the order of all of them around.
            limit: how many rows at most.
            after: values of the ``order`` columns; only rows that sort after them.

        Raises:
            ValueError: for a name that is not a column, or ``after`` that does not fit ``order``.
        """


class MemoryRows:
    """Rows in memory, for "what did we know on date X" and for tests."""

    def __init__(self) -> None:
        self._tables: dict[type[Row], dict[tuple[object, ...], Any]] = {}

    def get(self, row_type: type[R], *key: object) -> R | None:
        """The row with this key, or None."""
        row: R | None = self._tables.get(row_type, {}).get(key)
        return row

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with the same key."""
        self._tables.setdefault(type(row), {})[row.key_values()] = row

    def delete(self, row_type: type[Row], *key: object) -> None:
        """Remove a row; nothing happens when there is none."""
        self._tables.get(row_type, {}).pop(key, None)

    def copy(self) -> MemoryRows:
        """The same rows; what is put in one of the two is not in the other."""
        other = MemoryRows()
        other._tables = {row_type: dict(table) for row_type, table in self._tables.items()}
        return other

    def take_over(self, row_types: Iterable[type[Row]], other: MemoryRows) -> None:
        """Have the rows of these types that the other has, instead of its own."""
        for row_type in row_types:
            self._tables[row_type] = dict(other._tables.get(row_type, {}))

    def same(self, row_types: Iterable[type[Row]], other: MemoryRows) -> bool:
        """Whether both have the same rows of these types."""
        return all(self._tables.get(one, {}) == other._tables.get(one, {}) for one in row_types)

    def all(self) -> Iterator[Row]:
        """All rows of all tables."""
        for table in self._tables.values():
            yield from table.values()

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
        """As :meth:`Reader.select`."""
        check_query(row_type, where, order, after)
        found: list[R] = [
            row
            for row in self._tables.get(row_type, {}).values()
            if all(getattr(row, name) == value for name, value in where.items())
        ]

        def place(row: R) -> tuple[Any, ...]:
            return tuple(getattr(row, name) for name in order)

        found.sort(key=place, reverse=descending)
        if after is not None:
            found = [
                row for row in found if (place(row) < after if descending else place(row) > after)
            ]
        return found[:limit]


def check_query(
    row_type: type[Row],
    where: Mapping[str, object],
    order: tuple[str, ...],
    after: tuple[Any, ...] | None,
) -> None:
    """Raises ValueError for a query that :meth:`Reader.select` cannot answer."""
    row_type.require_columns([*where, *order])
    if after is not None and len(after) != len(order):
        raise ValueError(f"after has {len(after)} values, order has {len(order)} columns")
