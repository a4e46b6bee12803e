"""Sessions in both databases: they end by themselves, and can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.identity.sessions import ABSOLUTE, IDLE, SESSIONS, SIGNING_IN, Sessions
from services.read_model.engine import open_read_engine, reading
from services.settings import Settings
from tests.identity.support import Clock

pytestmark = pytest.mark.anyio
TTL = 60


async def test_a_sessions_life(settings: Settings) -> None:
    clock = Clock()
    with open_read_engine(settings) as engine:
        sessions = Sessions(engine, clock)
        sessions.create_table()
        sessions.create_table()

        one = sessions.open("anna")
        assert await sessions.read(one, TTL) == b""
        assert await sessions.write(one, b"1", TTL, TTL) == one
        assert await sessions.read(one, TTL) == b"1"
        with reading(engine) as connection:
            kept = connection.execute(select(SESSIONS)).one()
        assert one not in str(kept), "who reads the table cannot take the session over"

        # An id of which we know nothing never becomes a session, not even by writing.
        await sessions.write("chosen", b"1", TTL, TTL)
        assert await sessions.read("chosen", TTL) == b""

        clock.now += IDLE - (IDLE / 100)
        await sessions.write(one, b"1", TTL, TTL)
        clock.now += IDLE - (IDLE / 100)
        assert await sessions.read(one, TTL) == b"1"
        await sessions.write(one, b"1", TTL, TTL)
        other = sessions.renew(one)
        assert (await sessions.read(one, TTL), await sessions.read(other, TTL)) == (b"", b"1")
        clock.now += IDLE
        assert await sessions.read(other, TTL) == b""
        # It is gone, not only hidden: the clock going back brings nothing back.
        clock.now -= IDLE
        assert await sessions.read(other, TTL) == b""


async def test_used_or_not_it_ends_with_the_day(settings: Settings) -> None:
    clock = Clock()
    with open_read_engine(settings) as engine:
        sessions = Sessions(engine, clock)
        sessions.create_table()
        one = sessions.open("anna")
        end = clock.now + ABSOLUTE
        while clock.now < end:
            await sessions.write(one, b"1", TTL, TTL)
            assert await sessions.read(one, TTL) == b"1"
            clock.now = min(end, clock.now + IDLE / 2)
        one = sessions.renew(one)
        assert await sessions.read(one, TTL) == b""


async def test_they_are_taken_back(settings: Settings) -> None:
    clock = Clock()
    with open_read_engine(settings) as engine:
        sessions = Sessions(engine, clock)
        sessions.create_table()
        mine = [sessions.open("anna"), sessions.open("anna")]
        others = sessions.open("bram")
        signing_in = sessions.open(None)
        for session_id in (*mine, others, signing_in):
            await sessions.write(session_id, b"1", TTL, TTL)
        assert sessions.revoke_person("anna") == 2
        for session_id in mine:
            # A request that was under way writes what it holds; that brings nothing back.
            await sessions.write(session_id, b"1", TTL, TTL)
            assert await sessions.read(session_id, TTL) == b""
        assert await sessions.read(others, TTL) == b"1"
        clock.now += SIGNING_IN
        assert await sessions.read(signing_in, TTL) == b""
        await sessions.remove(others)
        assert await sessions.read(others, TTL) == b""
        clock.now += ABSOLUTE
        sessions.open("carla")
        with reading(engine) as connection:
            assert len(connection.execute(select(SESSIONS)).all()) == 1, "the expired ones go"
