"""The SQL tables of the read model, one for each row type, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Inspector,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from projections.rows import Row

SHADOW = "__rebuild"
"""What the name of a table ends in while it is being rebuilt beside the one in use."""

# Byte order on both databases; a PostgreSQL server's own collation may sort "b" before "A".
BYTEWISE = String().with_variant(String(collation="C"), "postgresql")


MOMENT = String(27).with_variant(String(27, collation="C"), "postgresql")


def fixed_width(moment: datetime) -> str:
    """A moment in UTC with microseconds: ``2026-03-01T09:30:00.000000Z``.

    As text its order is the order of time, on every database.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@cache
def table_of(row_type: type[Row], *, shadow: bool = False) -> Table:
    """The table of a row type, or of its rebuild. Raises TypeError for a field it cannot hold."""
    return _build(row_type, MetaData(), shadow=shadow)


def create_table(
    connection: Connection, row_type: type[Row], *, shadow: bool = False, tag: str = "0"
) -> None:
    """Create the table and its indexes, unless they are there.

    Args:
        tag: goes into the names of the indexes. A rebuild needs its own, since its indexes live
            beside the old ones, keep their names when it becomes the table in use, and SQLite
            cannot rename an index.
    """
    table = _build(row_type, MetaData(), shadow=shadow)
    for place, names in enumerate(row_type.indexes):
        Index(f"ix_{row_type.table}_{place}_{tag}", *(table.c[name] for name in names))
    table.create(connection, checkfirst=True)


def replace_by_shadow(connection: Connection, row_type: type[Row]) -> None:
    """Put the rebuilt rows in the place of those in use; the shadow table is gone then.

    PostgreSQL gives a transaction its tables as they are now, but their rows as they were when
    it began: to one that began before the rebuild ended, a table that was swapped in by name
    would look half empty. So there rows are copied, as long as the columns and indexes are the
    same. If they are not, the version of the projection is another one too, which tells readers.
    """
    live, shadow = table_of(row_type), table_of(row_type, shadow=True)
    if connection.dialect.name == "postgresql" and _same_shape(connection, live, shadow):
        connection.execute(delete(live))
        connection.execute(insert(live).from_select(list(live.c), select(shadow)))
        shadow.drop(connection)
        return
    live.drop(connection, checkfirst=True)
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"ALTER TABLE {quote(shadow.name)} RENAME TO {quote(live.name)}"))


def _same_shape(connection: Connection, live: Table, shadow: Table) -> bool:
    inspector = inspect(connection)
    return inspector.has_table(live.name) and _shape(inspector, live) == _shape(inspector, shadow)


def _shape(inspector: Inspector, table: Table) -> tuple[Any, ...]:
    columns = [
        (one["name"], str(one["type"]), one["nullable"])
        for one in inspector.get_columns(table.name)
    ]
    indexes = sorted(str(one["column_names"]) for one in inspector.get_indexes(table.name))
    return columns, inspector.get_pk_constraint(table.name)["constrained_columns"], indexes


def _build(row_type: type[Row], metadata: MetaData, *, shadow: bool) -> Table:
    columns: list[Column[Any]] = []
    for name in row_type.columns():
        column_type, nullable = _column_type(row_type, name)
        in_key = name in row_type.key
        columns.append(
            Column(
                name,
                column_type,
                primary_key=in_key,
                nullable=nullable and not in_key,
                autoincrement=False,
            )
        )
    name = row_type.table + SHADOW if shadow else row_type.table
    return Table(name, metadata, *columns, Column("body", Text, nullable=False))


def _column_type(row_type: type[Row], name: str) -> tuple[TypeEngine[Any], bool]:
    annotation, nullable = _without_none(row_type.model_fields[name].annotation)
    if get_origin(annotation) is Literal:
        return BYTEWISE, nullable
    # pydantic's marker for a moment with an offset is a class of its own.
    if annotation is AwareDatetime:
        return MOMENT, nullable
    if isinstance(annotation, type):
        for python_type, column_type in (
            (bool, Boolean()),
            (int, BigInteger()),
            (datetime, MOMENT),
            (str, BYTEWISE),
        ):
            if issubclass(annotation, python_type):
                return column_type, nullable
    raise TypeError(f"{row_type.__name__}.{name} cannot be a column")


def _without_none(annotation: Any) -> tuple[Any, bool]:
    nullable = False
    if get_origin(annotation) in (Union, UnionType):
        given = [one for one in get_args(annotation) if one is not NoneType]
        if len(given) == 1:
            annotation, nullable = given[0], True
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation, nullable
