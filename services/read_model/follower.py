"""Follower: somebody who comes after the projections, and acts on what they show.

It goes through the event log at its own pace, never ahead of the views it reads, and remembers
its place in the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text

from projections.projection import Projection
from projections.rows import Reader
from projections.sql import SqlReader
from services.newer import NewerWorkError
from services.read_model import positions
from services.read_model.engine import writing
from services.read_model.positions import Standing
from services.read_model.projector import create_tables
from services.read_model.source import EventSource, RecordedEvent


@dataclass(frozen=True, slots=True)
class Role:
    """Who follows, which views are read, and the key of PostgreSQL's advisory lock for it.

    A higher ``version`` begins again at the first event, and takes the work over from who has a
    lower one.
    """

    name: str
    version: int
    reads: tuple[Projection, ...]
    lock: int


@dataclass(frozen=True, slots=True)
class Window:
    """What comes next: events up to ``position``, and the views as they are at one moment.

    ``events`` is empty when there is nothing new. ``reader`` and ``connection`` end with it.
    """

    seen: Standing
    position: int
    events: tuple[RecordedEvent, ...]
    reader: Reader
    connection: Connection


class Follower:
    """A place in the event log. Not for use by two threads at once.

    On PostgreSQL one follower of a role works at a time: it holds a lock as long as the one
    connection lasts over which it reads and saves its place. SQLite has one ``oneplan up``
    anyway.
    """

    def __init__(self, engine: Engine, source: EventSource, role: Role) -> None:
        self._engine = engine
        self._source = source
        self._role = role
        self._connection: Connection | None = None
        self._on_postgresql = engine.dialect.name == "postgresql"
        self._may_work = not self._on_postgresql

    def open(self) -> None:
        """Create what is missing.

        Raises:
            SQLAlchemyError: when the database cannot be reached.
            NewerWorkError: when a newer release has begun with this work.
        """
        create_tables(self._engine)
        with writing(self._engine) as connection:
            positions.lock_schema(connection)
            at = positions.standings(connection).get(self._role.name)
            if at is not None and at.version > self._role.version:
                raise NewerWorkError(self._role.name, self._role.version, at.version)
            if at is None or at.version < self._role.version:
                positions.put(connection, self._role.name, Standing(self._role.version, 0))
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

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def window(self, limit: int) -> Iterator[Window | None]:
        """The next at most ``limit`` events; None while another follower works.

        Raises:
            UpgradeNeeded: when a newer release does this work, or wrote the very next event.
            SQLAlchemyError, eventsourcing.persistence.PersistenceError: when a database fails.
        """
        connection = self._open_connection()
        if not self._may_work and not self._take_lock(connection):
            yield None
            return
        with connection.begin():
            standings = positions.standings(connection)
            seen, bound = standings[self._role.name], _bound(standings, self._role.reads)
            if seen.version > self._role.version:
                raise NewerWorkError(self._role.name, self._role.version, seen.version)
            events = self._events(seen, bound, limit)
            position = events[-1].position if events else seen.position
            yield Window(seen, position, tuple(events), SqlReader(connection), connection)

    @contextmanager
    def passing(self, window: Window) -> Iterator[Connection]:
        """Save that this window was dealt with, together with what else the block writes.

        Raises:
            Overtaken: when another follower has saved it.
            SQLAlchemyError: when the database fails.
        """
        connection = self._open_connection()
        with connection.begin():
            if window.position > window.seen.position:
                positions.advance(connection, self._role.name, window.seen, window.position)
            yield connection

    def _events(self, seen: Standing, bound: int, limit: int) -> Sequence[RecordedEvent]:
        if seen.position >= bound:
            return []
        recorded = self._source.after(seen.position, limit)
        return [one for one in recorded if one.position <= bound]

    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("open() comes first")
        return self._connection

    def _take_lock(self, connection: Connection) -> bool:
        # In a transaction of its own: what is read next must be of a moment after it was taken.
        with connection.begin():
            taken = text("SELECT pg_try_advisory_lock(:key)")
            self._may_work = bool(connection.execute(taken, {"key": self._role.lock}).scalar())
        return self._may_work


def _bound(standings: dict[str, Standing], reads: Sequence[Projection]) -> int:
    """How far the views are; 0 while one of them is missing or was built by other code."""
    at = [
        standings[one.name].position
        for one in reads
        if one.name in standings and standings[one.name].version == one.version
    ]
    return min(at) if len(at) == len(reads) else 0
