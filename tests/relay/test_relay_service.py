"""The relay as a service: it loses NATS or the database, and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from nats.errors import Error as NatsError

from services.bus.connect import connected
from services.bus.streams import PLAN_EVENTS
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.relay import run_relay
from services.relay.service import open_relay
from services.settings import Settings
from services.store.application import open_application
from tests.relay.support import contents, finish
from tests.support.bus import make_streams, running_bus
from tests.support.events import cloud_event
from tests.support.postgres import drop_database, new_database
from tests.support.world import World, new_world, two_families

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def relay_running(settings: Settings) -> AsyncIterator[None]:
    """The service in this process; at the end it stops in order."""
    stop = asyncio.Event()
    task = asyncio.create_task(run_relay(settings, stop, poll=0.01))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 15)


async def published(settings: Settings, count: int) -> list[str]:
    """The subjects in PLAN_EVENTS once there are this many. Raises TimeoutError."""
    async with asyncio.timeout(20), connected(settings) as client:
        found: list[str] = []
        while len(found) < count:
            await asyncio.sleep(0.05)
            try:
                found = [subject for subject, _ in await contents(client, PLAN_EVENTS)]
            except NatsError:
                continue
        return found


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_it_goes_on_when_nats_comes_back(settings: Settings, tmp_path: Path) -> None:
    server = NatsServer(settings, port=ANY_PORT)
    reachable = settings.model_copy(update={"nats_url": server.start()})
    try:
        await make_streams(reachable)
        with open_application(settings) as application, new_world(reachable, application) as world:
            async with relay_running(reachable):
                world.take(*two_families()[:1])
                assert await published(reachable, 1) == ["plan.F1.PlanOpened"]

                await asyncio.to_thread(server.stop)
                world.take(*two_families()[3:])
                await asyncio.sleep(0.3)
                await asyncio.to_thread(server.start)

                assert len(await published(reachable, 3)) == 3
    finally:
        server.stop()


@asynccontextmanager
async def on_postgresql(postgres_url: str, folder: Path) -> AsyncIterator[tuple[World, str]]:
    """A world on PostgreSQL, and the URL of its database."""
    url = new_database(postgres_url)
    keys_url = f"sqlite:///{folder / 'keys.sqlite'}"
    settings = Settings(data_dir=folder / "data", database_url=url, keys_url=keys_url)
    try:
        with (
            running_bus(settings) as reachable,
            open_application(reachable) as application,
            new_world(reachable, application) as world,
        ):
            await make_streams(reachable)
            yield world, url
    finally:
        drop_database(postgres_url, url)


async def test_it_goes_on_when_the_database_drops_its_connections(
    postgres_url: str, tmp_path: Path
) -> None:
    async with on_postgresql(postgres_url, tmp_path) as (world, url):
        with psycopg.connect(url, autocommit=True) as connection:
            others = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]
            async with relay_running(world.settings):
                world.take(*two_families()[:1])
                assert len(await published(world.settings, 1)) == 1
                ended = connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> ALL(%s)",
                    [others],
                ).fetchall()
                assert ended
                world.take(cloud_event("note.added", {"note_id": "n1", "text": "Belde terug."}))
                assert len(await published(world.settings, 2)) == 2


async def test_one_relay_works_and_another_takes_over(postgres_url: str, tmp_path: Path) -> None:
    async with on_postgresql(postgres_url, tmp_path) as (world, _):
        world.take(*two_families()[:1])
        async with open_relay(world.settings) as second:
            async with open_relay(world.settings) as first:
                assert await first.step() > 0
                world.take(cloud_event("note.added", {"note_id": "n1", "text": "Belde terug."}))
                assert await second.step() == 0
            # The database gives the lock back once it has noticed that the first one is gone.
            async with asyncio.timeout(20):
                while not await second.step():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            await finish(second)
        assert len(await published(world.settings, 2)) == 2
