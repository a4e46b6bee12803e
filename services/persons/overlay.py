"""Rows as they will be once this batch is saved: those of the database, with its changes on top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.rows import R, Reader, Reference, Row, check_query


class Overlay:
    """What a projection folds into without writing, and what can be asked then.

    Reads each row of the database at most once for :meth:`get`.
    """

    def __init__(self, below: Reader) -> None:
        self._below = below
        self._rows: dict[Reference, Row | None] = {}
        self._changed: set[Reference] = set()

    def get(self, row_type: type[R], *key: object) -> R | None:
        """The row with this key, or None."""
        reference: Reference = (row_type, key)
        if reference not in self._rows:
            where = dict(zip(row_type.key, key, strict=True))
            self._rows[reference] = next(iter(self._below.select(row_type, where=where)), None)
        row = self._rows[reference]
        return row if isinstance(row, row_type) else None

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with the same key."""
        self._change((type(row), row.key_values()), row)

    def delete(self, row_type: type[Row], *key: object) -> None:
        """Remove a row; nothing happens when there is none."""
        self._change((row_type, key), None)

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
        """As :meth:`projections.rows.Reader.select`, in no order and without pages.

        Raises:
            ValueError: when an order or a page is asked for.
        """
        if order or descending or limit is not None or after is not None:
            raise ValueError("an overlay has no order and no pages")
        check_query(row_type, where, order, after)
        below = self._below.select(row_type, where=where)
        found = [row for row in below if (row_type, row.key_values()) not in self._changed]
        for reference in self._changed:
            row = self._rows[reference]
            if isinstance(row, row_type) and all(getattr(row, n) == v for n, v in where.items()):
                found.append(row)
        return found

    def _change(self, reference: Reference, row: Row | None) -> None:
        self._rows[reference] = row
        self._changed.add(reference)
