"""What the relay still has to publish: events it has not passed yet, and the plans they changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from domain.family_plan import AgencyLeft, PlanEvent
from projections import agency_families, current_plan
from projections.agency_families import parties_of
from projections.current_plan import PlanView, plan_view
from projections.rows import Reader
from projections.sql import SqlReader
from services.read_model import positions
from services.read_model.engine import writing
from services.read_model.positions import Standing
from services.read_model.projector import create_tables
from services.read_model.source import EventSource

NAME = "relay"
VERSION = 1
READS = (agency_families.projection, current_plan.projection)
"""The views that are published from. The relay never gets ahead of them."""

_ONE_RELAY = 0x0E_71_A5
"""Our key for PostgreSQL's advisory lock."""


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that changed: as it is now, who is to see it, and who may no longer."""

    view: PlanView
    parties: tuple[str, ...]
    departed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What comes next: the plans' events up to ``position``, and each plan they changed."""

    seen: Standing
    position: int
    events: tuple[tuple[int, PlanEvent], ...]
    changes: tuple[Change, ...]


class Outbox:
    """The relay's place in the event log. Not for use by two threads at once.

    On PostgreSQL one relay works at a time: it holds a lock as long as the one connection lasts
    over which it reads and saves its place. Another one then finds nothing to do, which keeps an
    older view from being published after a newer one. SQLite has one ``oneplan up`` anyway.
    """

    def __init__(self, engine: Engine, source: EventSource) -> None:
        self._engine = engine
        self._source = source
        self._connection: Connection | None = None
        self._on_postgresql = engine.dialect.name == "postgresql"
        self._may_work = not self._on_postgresql

    def open(self) -> None:
        """Create what is missing. Raises SQLAlchemyError when the database cannot be reached."""
        create_tables(self._engine)
        with writing(self._engine) as connection:
            positions.lock_schema(connection)
            if NAME not in positions.standings(connection):
                positions.put(connection, NAME, Standing(VERSION, 0))
        self._connection = self._engine.connect()
        if self._on_postgresql:
            self._connection.execution_options(isolation_level="REPEATABLE READ")
        # Out of the pool: closing it must end the session, and with that the lock.
        self._connection.detach()

    def close(self) -> None:
        """Let go of the connection and the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._may_work = not self._on_postgresql

    def next(self, limit: int) -> Batch | None:
        """The next batch of at most ``limit`` events, or None when there is nothing to do now.

        Raises:
            SQLAlchemyError, eventsourcing.persistence.PersistenceError: when a database fails.
        """
        connection = self._open_connection()
        if not self._may_work and not self._take_lock(connection):
            return None
        with connection.begin():
            standings = positions.standings(connection)
            seen, bound = standings[NAME], _bound(standings)
            if seen.position >= bound:
                return None
            recorded = self._source.after(seen.position, limit)
            events = [one for one in recorded if one.position <= bound]
            if not events:
                return None
            plan_events = tuple(
                (one.position, one.event) for one in events if isinstance(one.event, PlanEvent)
            )
            changes = tuple(_changes(SqlReader(connection), [event for _, event in plan_events]))
            return Batch(seen, events[-1].position, plan_events, changes)

    def passed(self, batch: Batch) -> None:
        """Save that this batch was published.

        Raises:
            Overtaken: when another relay has saved it.
            SQLAlchemyError: when the database fails.
        """
        connection = self._open_connection()
        with connection.begin():
            positions.advance(connection, NAME, batch.seen, batch.position)

    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("open() comes first")
        return self._connection

    def _take_lock(self, connection: Connection) -> bool:
        # In a transaction of its own: what is read next must be of a moment after it was taken.
        with connection.begin():
            taken = text("SELECT pg_try_advisory_lock(:key)")
            self._may_work = bool(connection.execute(taken, {"key": _ONE_RELAY}).scalar())
        return self._may_work


def _bound(standings: dict[str, Standing]) -> int:
    """How far the views are; 0 while one of them is missing or was built by other code."""
    at = [
        standings[one.name].position
        for one in READS
        if one.name in standings and standings[one.name].version == one.version
    ]
    return min(at) if len(at) == len(READS) else 0


def _changes(reader: Reader, events: Sequence[PlanEvent]) -> Iterator[Change]:
    left: dict[str, set[str]] = {}
    for event in events:
        agencies = left.setdefault(event.family_id, set())
        if isinstance(event, AgencyLeft):
            agencies.add(event.agency)
    for family_id, agencies in left.items():
        view = plan_view(reader, family_id)
        if view is None:
            raise LookupError(f"family {family_id} has events and no plan")
        parties = parties_of(reader, family_id)
        yield Change(view, tuple(parties), tuple(sorted(agencies.difference(parties))))
