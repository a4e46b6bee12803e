"""Connections: where NATS is found, as whom, and what happens when it goes away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.bus.broker import make_broker
from services.bus.connect import NotConnectedError, connect, connected, nats_urls
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.embedded.run_file import RunFile, remove_run, write_run
from services.settings import Settings
from tests.support.bus import make_streams

pytestmark = pytest.mark.anyio


def test_a_running_service_is_found_by_its_run_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(NotConnectedError, match="start it with: oneplan up"):
        nats_urls(settings)
    run = RunFile(
        pid=1,
        started_at=datetime.now(UTC),
        nats_url="nats://127.0.0.1:4999",
        http_url="http://127.0.0.1:8080",
        pids={},
    )
    write_run(settings, run)
    assert nats_urls(settings) == ["nats://127.0.0.1:4999"]
    several = settings.model_copy(update={"nats_url": "nats://a:4222, nats://b:4222"})
    assert nats_urls(several) == ["nats://a:4222", "nats://b:4222"]
    remove_run(settings)
    with pytest.raises(NotConnectedError):
        nats_urls(settings)


async def test_nobody_there_is_said_in_time(bus: Settings) -> None:
    nowhere = bus.model_copy(update={"nats_url": "nats://127.0.0.1:9"})
    with pytest.raises(NotConnectedError, match=r"nats://127\.0\.0\.1:9 does not take _service"):
        await connect(nowhere, patience=0.3)


async def test_who_gives_up_connecting_is_let_go_at_any_moment(bus: Settings) -> None:
    nowhere = bus.model_copy(update={"nats_url": "nats://127.0.0.1:9"})
    for turns in range(20):
        connecting = asyncio.create_task(connect(nowhere))
        for _ in range(turns):
            await asyncio.sleep(0)
        connecting.cancel()
        await asyncio.wait({connecting}, timeout=5)
        assert connecting.cancelled()


async def test_the_broker_works_as_the_service_with_an_inbox_of_its_own(bus: Settings) -> None:
    broker = make_broker(bus, logger=None)
    answered: list[str] = []

    @broker.subscriber("views.*.plan")
    async def answer(family: str) -> str:
        answered.append(family)
        return f"the plan of {family}"

    async with broker:
        await broker.start()
        async with connected(bus, "police") as police:
            reply = await police.request("views.police.plan", b"F1", timeout=5)
        assert reply.data == b"the plan of F1"
        assert answered == ["F1"]
        asked = await broker.request("F2", "views.police.plan", timeout=5)
        assert asked.body == b"the plan of F2"


async def test_a_connection_outlives_a_restart_of_the_server_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    with NatsServer(Settings(data_dir=tmp_path / "data"), port=ANY_PORT) as server:
        url = server.url
        settings = Settings(data_dir=tmp_path / "data", nats_url=url)
        await make_streams(settings)
        back = asyncio.Event()

        async def on_reconnect() -> None:
            back.set()

        police = await connect(settings, "police", reconnected_cb=on_reconnect)
        await police.jetstream().publish("agency.police.F1.test", b"before")
        await asyncio.to_thread(server.stop)
        assert await asyncio.to_thread(server.start) == url
        await asyncio.wait_for(back.wait(), 10)
        ack = await police.jetstream().publish("agency.police.F1.test", b"after")
        await police.close()
        assert ack.seq == 2
