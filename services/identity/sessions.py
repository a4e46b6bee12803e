"""Sessions of people in the database: they can be taken back, and they end by themselves.

A starsessions store. The cookie holds a random id, the table its digest: who reads the table
cannot take over a session. Only a session that was opened here can be written: an id that a
browser brings along, or one that was taken back meanwhile, never becomes a session by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
    update,
)
from starlette.concurrency import run_in_threadpool
from starsessions import SessionStore, generate_session_id

from services.clock import utc_now
from services.read_model import positions
from services.read_model.engine import reading, writing

IDLE = timedelta(minutes=30)
"""Our working agreement: a browser left alone for half an hour asks to sign in again."""
ABSOLUTE = timedelta(hours=12)
"""Our working agreement: a session ends with the working day, used or not."""
SIGNING_IN = timedelta(minutes=10)
"""How long somebody may take at the identity provider."""
NOTED_EACH = timedelta(minutes=1)
"""Use is noted once a minute, not at each request."""

METADATA = MetaData()
SESSIONS = Table(
    "web_session",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("person_id", String, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""``person_id`` is null while somebody signs in; the moments are whole seconds since 1970 (UTC)."""


@dataclass(frozen=True)
class Open:
    """A session of somebody who is signed in; moments in UTC."""

    person_id: str
    since: datetime
    used: datetime


class Sessions(SessionStore):
    """All sessions. The methods of the library are asynchronous, the others are not."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def create_table(self) -> None:
        """Create the table unless it is there."""
        with writing(self._engine) as connection:
            positions.lock_schema(connection)
            METADATA.create_all(connection)

    def open(self, person_id: str | None) -> str:
        """A new, empty session; its id. What is expired goes."""
        session_id = generate_session_id()
        now = self._now()
        with writing(self._engine) as connection:
            connection.execute(
                delete(SESSIONS).where(
                    or_(
                        SESSIONS.c.used_at <= now - _seconds(IDLE),
                        SESSIONS.c.created_at <= now - _seconds(ABSOLUTE),
                    )
                )
            )
            connection.execute(
                insert(SESSIONS).values(
                    digest=_digest(session_id),
                    person_id=person_id,
                    created_at=now,
                    used_at=now,
                    data=b"",
                )
            )
        return session_id

    def renew(self, session_id: str) -> str:
        """Another id for the same session, which ends when it would have ended anyway."""
        renewed = generate_session_id()
        with writing(self._engine) as connection:
            connection.execute(
                update(SESSIONS)
                .where(SESSIONS.c.digest == _digest(session_id))
                .values(digest=_digest(renewed))
            )
        return renewed

    def revoke(self, session_id: str) -> None:
        """End one session."""
        with writing(self._engine) as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == _digest(session_id)))

    def revoke_person(self, person_id: str) -> int:
        """End all sessions of a person, wherever they are signed in; how many."""
        with writing(self._engine) as connection:
            ended = connection.execute(delete(SESSIONS).where(SESSIONS.c.person_id == person_id))
            return ended.rowcount

    def signed_in(self) -> list[Open]:
        """Who is signed in now, the latest first."""
        now = self._now()
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(SESSIONS.c.person_id, SESSIONS.c.created_at, SESSIONS.c.used_at)
                .where(
                    SESSIONS.c.person_id.is_not(None),
                    SESSIONS.c.used_at > now - _seconds(IDLE),
                    SESSIONS.c.created_at > now - _seconds(ABSOLUTE),
                )
                .order_by(SESSIONS.c.created_at.desc(), SESSIONS.c.person_id)
            )
            return [
                Open(person_id, _moment(created), _moment(used))
                for person_id, created, used in rows
            ]

    async def read(self, session_id: str, lifetime: int) -> bytes:  # noqa: ARG002 - ours counts
        """What the session holds; nothing when there is none, or it is expired."""
        return await run_in_threadpool(self._read, session_id)

    async def write(
        self,
        session_id: str,
        data: bytes,
        lifetime: int,  # noqa: ARG002 - ours counts
        ttl: int,  # noqa: ARG002
    ) -> str:
        """Keep what an open session holds, and that it was used."""
        await run_in_threadpool(self._write, session_id, data)
        return session_id

    async def remove(self, session_id: str) -> None:
        """End one session."""
        await run_in_threadpool(self.revoke, session_id)

    def _read(self, session_id: str) -> bytes:
        row = self._row(session_id)
        if row is None:
            return b""
        now = self._now()
        idle = SIGNING_IN if row.person_id is None else IDLE
        if now - row.used_at >= _seconds(idle) or now - row.created_at >= _seconds(ABSOLUTE):
            self.revoke(session_id)
            return b""
        return bytes(row.data)

    def _write(self, session_id: str, data: bytes) -> None:
        row = self._row(session_id)
        now = self._now()
        if row is None or (row.data == data and now - row.used_at < _seconds(NOTED_EACH)):
            return
        with writing(self._engine) as connection:
            connection.execute(
                update(SESSIONS)
                .where(SESSIONS.c.digest == _digest(session_id))
                .values(data=data, used_at=now)
            )

    def _row(self, session_id: str) -> Row[str | None, int, int, bytes] | None:
        with reading(self._engine) as connection:
            return connection.execute(
                select(
                    SESSIONS.c.person_id,
                    SESSIONS.c.created_at,
                    SESSIONS.c.used_at,
                    SESSIONS.c.data,
                ).where(SESSIONS.c.digest == _digest(session_id))
            ).one_or_none()

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _digest(session_id: str) -> str:
    return sha256(session_id.encode()).hexdigest()


def _seconds(term: timedelta) -> int:
    return int(term.total_seconds())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
