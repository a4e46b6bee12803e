"""Alarms: when each family is to be looked at again although nothing happens. They last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)

METADATA = MetaData()
ALARMS = Table(
    "watch_alarm",
    METADATA,
    Column("family_id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index("watch_alarm_at", "at"),
)
"""One row a family; ``at`` in microseconds since 1970 in UTC."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def create(connection: Connection) -> None:
    """Create the table unless it is there."""
    METADATA.create_all(connection)


def due(connection: Connection, now: datetime, limit: int) -> list[str]:
    """The families whose alarm has come, the earliest first."""
    return list(
        connection.scalars(
            select(ALARMS.c.family_id)
            .where(ALARMS.c.at <= _micros(now))
            .order_by(ALARMS.c.at, ALARMS.c.family_id)
            .limit(limit)
        )
    )


def set_all(connection: Connection, alarms: Mapping[str, datetime | None]) -> None:
    """Set each family's alarm, or take it away (None)."""
    if not alarms:
        return
    connection.execute(delete(ALARMS).where(ALARMS.c.family_id.in_(alarms)))
    rows = [
        {"family_id": family_id, "at": _micros(at)}
        for family_id, at in alarms.items()
        if at is not None
    ]
    if rows:
        connection.execute(insert(ALARMS), rows)


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
