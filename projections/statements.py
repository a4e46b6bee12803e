"""The statements behind the rows: many rows in one statement, found by their keys' index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Delete,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from projections.rows import Row
from projections.tables import fixed_width, table_of

POSTGRESQL = "postgresql"
GIVEN = "given"
"""The parameter with the rows or keys of one type; of several together, with their place."""


def stored(value: object) -> object:
    """A field's value as a column holds it."""
    if isinstance(value, datetime):
        return fixed_width(value)
    return value.value if isinstance(value, Enum) else value


@cache
def select_many(row_type: type[Row], dialect: str, *, shadow: bool) -> Select[str | None]:
    """The bodies of the rows with the keys in :func:`key_parameters`; None for one not there.

    SQLite would scan the table for ``(a, b) IN (VALUES ...)``. An outer join makes it begin with
    the keys, and find each by the index.
    """
    return _select_many(row_type, dialect, GIVEN, shadow=shadow)


@cache
def select_together(
    row_types: tuple[type[Row], ...], *, shadow: bool
) -> CompoundSelect[str | None, int]:
    """As :func:`select_many` of several types, on PostgreSQL: each body with its type's place.

    It is always the same statement, which PostgreSQL plans once: a type of which nothing is wanted
    is given no keys.
    """
    parts = (
        _select_many(row_type, POSTGRESQL, f"{GIVEN}_{place}", shadow=shadow).add_columns(
            literal_column(str(place), Integer())
        )
        for place, row_type in enumerate(row_types)
    )
    return union_all(*parts)


def _select_many(
    row_type: type[Row], dialect: str, parameter: str, *, shadow: bool
) -> Select[str | None]:
    table = table_of(row_type, shadow=shadow)
    wanted = _given(row_type, row_type.key, dialect, parameter)
    found = and_(
        *(table.c[name] == key for name, key in zip(row_type.key, wanted.columns, strict=True))
    )
    if dialect == POSTGRESQL:
        # OFFSET keeps it from making a join of it: the plan is kept, and one that was made while
        # the table was small would read all of the table ever after.
        one = select(table.c.body).where(found).offset(literal_column("0")).lateral("found")
        return select(one.c.body).select_from(wanted.source.join(one, true()))
    return select(table.c.body).select_from(wanted.source.outerjoin(table, found))


def key_parameters(row_type: type[Row], keys: Sequence[tuple[object, ...]]) -> str:
    """The keys of rows of one type, as :func:`select_many` is given them."""
    return _as_json([dict(zip(row_type.key, map(stored, key), strict=True)) for key in keys])


@cache
def select_where(
    row_type: type[Row],
    equal: frozenset[str],
    empty: frozenset[str],
    order: tuple[str, ...],
    *,
    descending: bool,
    limited: bool,
    continued: bool,
) -> Select[str]:
    """The bodies of rows by their columns, as :meth:`projections.rows.Reader.select` says.

    Made once for each kind of question: making it takes longer than asking it.

    Args:
        equal: the columns that are compared with a value.
        empty: those that have to be empty.
        limited, continued: whether :func:`query_parameters` has a limit, and a place to go on from.
    """
    table = table_of(row_type)
    places = [table.c[name] for name in order]
    statement = select(table.c.body).where(
        *(table.c[name] == bindparam(f"is_{name}") for name in equal),
        *(table.c[name].is_(None) for name in empty),
    )
    if continued:
        here = tuple_(*places)
        there = tuple_(*(bindparam(f"after_{c.name}", type_=c.type) for c in places))
        statement = statement.where(here < there if descending else here > there)
    if limited:
        statement = statement.limit(bindparam("limit", type_=Integer()))
    return statement.order_by(*(c.desc() if descending else c for c in places))


def query_parameters(
    where: Mapping[str, object],
    order: tuple[str, ...],
    limit: int | None,
    after: tuple[object, ...],
) -> dict[str, object]:
    """The parameters of :func:`select_where`; ``after`` is empty for the first rows."""
    given = {f"is_{name}": stored(value) for name, value in where.items() if value is not None}
    if after:
        names = zip(order, after, strict=True)
        given |= {f"after_{name}": stored(value) for name, value in names}
    return given if limit is None else given | {"limit": limit}


@cache
def upsert_many(row_type: type[Row], dialect: str, *, shadow: bool) -> Any:
    """Adds the rows in :func:`row_parameters`, or replaces those with the same keys."""
    return _upsert_many(row_type, dialect, GIVEN, shadow=shadow)


@cache
def upsert_together(row_types: tuple[type[Row], ...], *, shadow: bool) -> Select[int]:
    """As :func:`upsert_many` of several types, on PostgreSQL. Always the same statement, too."""
    parts = (
        _upsert_many(row_type, POSTGRESQL, f"{GIVEN}_{place}", shadow=shadow).cte(f"put_{place}")
        for place, row_type in enumerate(row_types)
    )
    return select(literal_column("1", Integer())).add_cte(*parts)


def together(row_types: Sequence[type[Row]], given: Mapping[type[Row], str]) -> dict[str, str]:
    """The parameters of a statement on several types: nothing of those that are not given."""
    return {
        f"{GIVEN}_{place}": given.get(row_type, "[]") for place, row_type in enumerate(row_types)
    }


def _upsert_many(row_type: type[Row], dialect: str, parameter: str, *, shadow: bool) -> Any:
    table = table_of(row_type, shadow=shadow)
    names = [column.name for column in table.c]
    given = _given(row_type, names, dialect, parameter)
    # SQLite needs the WHERE to tell the ON of a join from that of a conflict.
    rows = select(*given.columns).select_from(given.source).where(true())
    kind = postgresql.insert(table) if dialect == POSTGRESQL else sqlite.insert(table)
    insert: Any = kind.from_select(names, rows)
    changes = {c.name: insert.excluded[c.name] for c in table.c if not c.primary_key}
    return insert.on_conflict_do_update(index_elements=row_type.key, set_=changes)


def row_parameters(rows: Sequence[Row]) -> str:
    """Rows of one type, as :func:`upsert_many` is given them."""
    names = rows[0].columns()
    return _as_json(
        [
            {name: stored(getattr(row, name)) for name in names} | {"body": row.model_dump_json()}
            for row in rows
        ]
    )


@cache
def delete_one(row_type: type[Row], *, shadow: bool) -> Delete:
    """Removes the row whose key is in the parameters ``key_<name>``."""
    table = table_of(row_type, shadow=shadow)
    return delete(table).where(
        *(table.c[name] == bindparam(f"key_{name}") for name in row_type.key)
    )


class _Given(NamedTuple):
    """Rows that come as one JSON parameter, which is faster than many rows on both databases."""

    source: TableValuedAlias
    columns: list[ColumnElement[Any]]


def _given(row_type: type[Row], names: Sequence[str], dialect: str, parameter: str) -> _Given:
    given = bindparam(parameter, type_=Text())
    if dialect == POSTGRESQL:
        types = {c.name: _without_collation(c.type) for c in table_of(row_type).c}
        source = (
            func.json_to_recordset(cast(given, postgresql.JSON))
            .table_valued(*(column(name, types[name]) for name in names), name="given")
            .render_derived(with_types=True)
        )
        return _Given(source, [source.c[name] for name in names])
    source = func.json_each(given).table_valued("value", name="given")
    return _Given(source, [func.json_extract(source.c.value, f"$.{name}") for name in names])


def _as_json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _without_collation(column_type: TypeEngine[Any]) -> TypeEngine[Any]:
    return column_type if isinstance(column_type, BigInteger | Boolean) else Text()
