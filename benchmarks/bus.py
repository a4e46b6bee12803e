"""A real nats-server for a benchmark, what is published on it, and services beside it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS, PARTY_RECEIPTS, ensure_streams
from services.contracts.receipt import ReceiptMessage, Status
from services.embedded.commands import child_environment
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.embedded.process import die_with_parent
from services.embedded.web_port import free_port
from services.intake.delivery import Delivery
from services.settings import Settings

READY_SECONDS = 120.0
LOOK_SECONDS = 0.01
COUNT_SECONDS = 0.2
"""Between two looks at how many receipts there are: looking disturbs."""
RECEIPTS_SECONDS = 300


@contextmanager
def running_bus(settings: Settings) -> Iterator[Settings]:
    """A nats-server as the service runs it, with its streams; settings that point at it."""
    with NatsServer(settings, port=ANY_PORT) as server:
        reachable = settings.model_copy(update={"nats_url": server.url})
        asyncio.run(_make_streams(reachable))
        yield reachable


async def _make_streams(settings: Settings) -> None:
    async with connected(settings) as client:
        await ensure_streams(client.jetstream(), settings)


async def publish_all(
    jetstream: JetStreamContext, made: Sequence[Delivery], in_flight: int
) -> list[float]:
    """Publish in order, so many at once unconfirmed at most; when each was confirmed."""
    confirmed = [0.0] * len(made)
    room = asyncio.Semaphore(in_flight)

    async def one(place: int, delivery: Delivery) -> None:
        try:
            await jetstream.publish(delivery.subject, delivery.body, timeout=60)
            confirmed[place] = time.time()
        finally:
            room.release()

    async with asyncio.TaskGroup() as group:
        for place, delivery in enumerate(made):
            await room.acquire()
            group.create_task(one(place, delivery))
    return confirmed


async def fetch_all(client: Client, count: int, batch: int) -> None:
    """Fetch so many agency events and acknowledge each, and do nothing else with them."""
    jetstream = client.jetstream()
    config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, max_ack_pending=5 * batch)
    fetching = await jetstream.pull_subscribe("agency.>", stream=AGENCY_EVENTS, config=config)
    taken = 0
    while taken < count:
        for message in await fetching.fetch(batch, timeout=10):
            await message.ack()
            taken += 1
    await client.flush()
    await fetching.unsubscribe()


async def receipts_stored(jetstream: JetStreamContext, count: int) -> float:
    """Wait for so many receipts; when the last was stored (seconds since 1970).

    Raises:
        RuntimeError: when the last one says that its event was not accepted.
        TimeoutError: when they do not come.
    """
    async with asyncio.timeout(RECEIPTS_SECONDS):
        while (await jetstream.stream_info(PARTY_RECEIPTS)).state.messages < count:  # noqa: ASYNC110
            await asyncio.sleep(COUNT_SECONDS)
    last, stored = await read_receipt(jetstream, count)
    if last.status is not Status.ACCEPTED:
        raise RuntimeError(f"the last event was {last.status}: {last.reason}")
    return stored


async def read_receipt(jetstream: JetStreamContext, place: int) -> tuple[ReceiptMessage, float]:
    """A receipt, and when the server stored it (seconds since 1970)."""
    message = await jetstream.get_msg(PARTY_RECEIPTS, place)
    if message.time is None:
        raise RuntimeError("the server does not say when it stored a receipt")
    receipt = ReceiptMessage.model_validate_json(message.data or b"")
    return receipt, message.time.timestamp()


@contextmanager
def services(settings: Settings, *names: str) -> Iterator[dict[str, float]]:
    """These services as processes of their own; the seconds that each took to be ready."""
    began: dict[str, tuple[float, str]] = {}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for name in names:
            port = free_port(settings.monitor_host, 0)
            own = settings.model_copy(update={"monitor_port": port})
            began[name] = (time.perf_counter(), f"http://{settings.monitor_host}:{port}/ready")
            processes.append(
                subprocess.Popen(  # noqa: S603 - our own Python
                    [sys.executable, "-m", "services.run", name],
                    env=child_environment(own),
                    preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one C function only
                )
            )
        yield {name: until_ready(url) - at for name, (at, url) in began.items()}
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def until_ready(url: str) -> float:
    """The moment at which it said that it is ready. Raises TimeoutError when it does not."""
    deadline = time.perf_counter() + READY_SECONDS
    with httpx.Client() as client:
        while time.perf_counter() < deadline:
            try:
                if client.get(url).status_code == httpx.codes.OK:
                    return time.perf_counter()
            except httpx.TransportError:
                pass
            time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"{url} was not ready in {READY_SECONDS:.0f} seconds")
