"""How far each projection is: one row each, changed in the same transaction as its view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    text,
    tuple_,
    update,
)

POSITIONS = Table(
    "projection_position",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)

_SCHEMA_LOCK = 0x0E_71_A4
"""Our key for PostgreSQL's advisory lock: CREATE TABLE IF NOT EXISTS fails when two race."""


class Overtaken(Exception):
    """Another projector moved this position in the meantime; nothing of ours was applied."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The version of the code that built a view, and the last position in it (0 for none)."""

    version: int
    position: int


def lock_schema(connection: Connection) -> None:
    """Let one transaction at a time create or drop tables. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})


def create(connection: Connection) -> None:
    """Create the table of positions, unless it is there."""
    POSITIONS.create(connection, checkfirst=True)


def standings(connection: Connection) -> dict[str, Standing]:
    """Where every projection and every rebuild stands."""
    rows = connection.execute(select(POSITIONS.c.name, POSITIONS.c.version, POSITIONS.c.position))
    return {name: Standing(version, position) for name, version, position in rows}


def locked(connection: Connection, name: str) -> Standing | None:
    """Where a projection stands; nobody else moves it until this transaction ends."""
    row = connection.execute(
        select(POSITIONS.c.version, POSITIONS.c.position)
        .where(POSITIONS.c.name == name)
        .with_for_update()
    ).one_or_none()
    return None if row is None else Standing(row.version, row.position)


def put(connection: Connection, name: str, standing: Standing) -> None:
    """Set where a projection stands, whatever it was."""
    values = {"version": standing.version, "position": standing.position}
    changed = connection.execute(
        update(POSITIONS).where(POSITIONS.c.name == name).values(values)
    ).rowcount
    if changed == 0:
        connection.execute(insert(POSITIONS).values(name=name, **values))


def advance(connection: Connection, name: str, seen: Standing, position: int) -> None:
    """Move one projection on, as :func:`advance_together` does with several."""
    advance_together(connection, {name: seen}, position)


def advance_together(connection: Connection, seen: Mapping[str, Standing], position: int) -> None:
    """Move several projections on in one statement.

    On PostgreSQL it then waits for who is moving one of them already. They are locked in the order
    of their names: two who move them never wait for each other.

    Raises:
        Overtaken: when one of them no longer stands where it was seen.
    """
    stand = [(name, at.version, at.position) for name, at in seen.items()]
    found = (
        select(POSITIONS.c.name)
        .where(tuple_(POSITIONS.c.name, POSITIONS.c.version, POSITIONS.c.position).in_(stand))
        .order_by(POSITIONS.c.name)
        .with_for_update()
    )
    changed = connection.execute(
        update(POSITIONS).where(POSITIONS.c.name.in_(found)).values(position=position)
    ).rowcount
    if changed != len(seen):
        raise Overtaken(", ".join(sorted(seen)))


def remove(connection: Connection, name: str) -> None:
    """Forget a position."""
    connection.execute(delete(POSITIONS).where(POSITIONS.c.name == name))
