"""Publishing while nats-server waits for the disk at each message."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from nats.aio.client import Client

from benchmarks import load
from benchmarks.bus import publish_all, running_bus
from benchmarks.choices import Choices
from benchmarks.figures import Figure, Stopwatch
from benchmarks.stores import Database, Stores, in_batches
from services.bus.connect import connected
from services.bus.together import Outgoing, publish_batch
from services.intake.delivery import Delivery
from services.settings import Settings

NAME = "publishing"
IN_FLIGHT = (1, 200)
AT_A_TIME = 100
BATCH = 200
ACK_SECONDS = 60

Publish = Callable[[Client, Sequence[Delivery]], Awaitable[None]]


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """One agency with one message in flight, with many, and with many as one batch.

    No database is used.
    """
    if database is not Database.SQLITE:
        return
    made = [
        one
        for one in load.deliveries(load.events(choices.events, choices.families, choices.seed))
        if one.agency == "police"
    ]
    with stores.empty(database) as settings, running_bus(settings) as reachable:
        ways: dict[str, tuple[int, Publish]] = {
            f"{one} in flight": (one, partial(_in_flight, one)) for one in IN_FLIGHT
        }
        ways[f"{BATCH} together"] = (BATCH, _together)
        for what, (size, publish) in ways.items():
            ours, bare = asyncio.run(_publish(reachable, made, size, publish))
            yield Figure(
                benchmark=NAME,
                what=f"{what}, sync_interval always",
                database="nats",
                value=ours.rate(len(made)),
                unit="messages/s",
                floor=bare.rate(len(made)),
                floor_is="write and fsync of the same bytes, one by one",
            )


async def _in_flight(count: int, client: Client, made: Sequence[Delivery]) -> None:
    await publish_all(client.jetstream(), made, count)


async def _together(client: Client, made: Sequence[Delivery]) -> None:
    for some in in_batches([Outgoing(one.subject, one.body, None) for one in made], BATCH):
        await publish_batch(client, some, ACK_SECONDS)


async def _publish(
    settings: Settings, made: Sequence[Delivery], size: int, publish: Publish
) -> tuple[Stopwatch, Stopwatch]:
    ours, bare = Stopwatch(), Stopwatch()
    async with connected(settings, "police") as client:
        for some in in_batches(made, max(AT_A_TIME, 2 * size)):
            with ours.running():
                await publish(client, some)
            with bare.running():
                _write(settings.data_dir / "floor", some)
    return ours, bare


def _write(path: Path, made: Sequence[Delivery]) -> None:
    with path.open("ab", buffering=0) as file:
        for delivery in made:
            file.write(delivery.body)
            os.fsync(file.fileno())
