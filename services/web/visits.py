"""Until where somebody has seen a family's plan, so that they are shown what changed since.

A place in the plan for each person and family, and no more: ids, a version and moments. An erasure
takes it away (services/erasure/read_model.py), and so does a year without a visit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    MetaData,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
    update,
)

from services.read_model import positions
from services.read_model.engine import reading, writing

ONE_VISIT = timedelta(minutes=30)
"""Our working agreement: who comes back within this is still on the same visit."""
KEPT = timedelta(days=366)
"""Our working agreement: how long a place is kept that nobody comes back to."""

METADATA = MetaData()
VISITS = Table(
    "web_visit",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("family_id", String, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("before_version", BigInteger),
    Column("before_at", BigInteger),
    Index("web_visit_family", "family_id"),
)
"""``version`` is of the plan at the last visit, ``before_version`` at the one before it, null for
somebody who was there once. Moments are whole seconds since 1970 (UTC)."""


@dataclass(frozen=True)
class Place:
    """Until where somebody has seen a plan: its version, and when that was (UTC)."""

    version: int
    at: datetime


class Visits:
    """The places. May be used by several threads at once.

    Every method raises SQLAlchemyError when the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_table(self) -> None:
        """Create the table unless it is there."""
        with writing(self._engine) as connection:
            create(connection)

    def places(self, person_id: str, family_ids: Iterable[str], now: datetime) -> dict[str, Place]:
        """Where the visit before this one had come to, by family; none for who was never there."""
        query = select(VISITS).where(
            VISITS.c.person_id == person_id, VISITS.c.family_id.in_(list(family_ids))
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        found: dict[str, Place] = {}
        for row in rows:
            if _is_over(row.at, now):
                found[row.family_id] = Place(row.version, _moment(row.at))
            elif row.before_version is not None:
                found[row.family_id] = Place(row.before_version, _moment(row.before_at))
        return found

    def note(self, person_id: str, family_id: str, version: int, now: datetime) -> None:
        """Somebody has seen a plan as it is in this version."""
        here = (VISITS.c.person_id == person_id, VISITS.c.family_id == family_id)
        values = {"version": version, "at": _seconds(now)}
        with writing(self._engine) as connection:
            row = connection.execute(select(VISITS).where(*here).with_for_update()).one_or_none()
            if row is None:
                connection.execute(delete(VISITS).where(VISITS.c.at < _seconds(now - KEPT)))
                connection.execute(
                    insert(VISITS).values(person_id=person_id, family_id=family_id, **values)
                )
                return
            if _is_over(row.at, now):
                values |= {"before_version": row.version, "before_at": row.at}
            connection.execute(update(VISITS).where(*here).values(**values))


def create(connection: Connection) -> None:
    """Create the table unless it is there."""
    positions.lock_schema(connection)
    METADATA.create_all(connection)


def forget(connection: Connection, families: Iterable[str], person_ids: Iterable[str]) -> None:
    """Forget who was at these families, and where these people were."""
    create(connection)
    connection.execute(
        delete(VISITS).where(
            or_(VISITS.c.family_id.in_(list(families)), VISITS.c.person_id.in_(list(person_ids)))
        )
    )


def _is_over(at: int, now: datetime) -> bool:
    return _seconds(now) - at >= _seconds_of(ONE_VISIT)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _seconds_of(term: timedelta) -> int:
    return int(term.total_seconds())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
