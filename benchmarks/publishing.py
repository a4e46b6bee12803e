"""Publishing while nats-server waits for the disk at each message."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import load
from benchmarks.bus import publish_all, running_bus
from benchmarks.choices import Choices
from benchmarks.figures import Figure, Stopwatch
from benchmarks.stores import Database, Stores, in_batches
from services.bus.connect import connected
from services.intake.delivery import Delivery
from services.settings import Settings

NAME = "publishing"
IN_FLIGHT = (1, 200)
TOGETHER = 100


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """One agency with one message in flight, and with many; no database is used."""
    if database is not Database.SQLITE:
        return
    made = [
        one
        for one in load.deliveries(load.events(choices.events, choices.families, choices.seed))
        if one.agency == "police"
    ]
    with stores.empty(database) as settings, running_bus(settings) as reachable:
        for in_flight in IN_FLIGHT:
            ours, bare = asyncio.run(_publish(reachable, made, in_flight))
            yield Figure(
                benchmark=NAME,
                what=f"{in_flight} in flight, sync_interval always",
                database="nats",
                value=ours.rate(len(made)),
                unit="messages/s",
                floor=bare.rate(len(made)),
                floor_is="write and fsync of the same bytes, one by one",
            )


async def _publish(
    settings: Settings, made: Sequence[Delivery], in_flight: int
) -> tuple[Stopwatch, Stopwatch]:
    ours, bare = Stopwatch(), Stopwatch()
    async with connected(settings, "police") as client:
        for some in in_batches(made, max(TOGETHER, 2 * in_flight)):
            with ours.running():
                await publish_all(client.jetstream(), some, in_flight)
            with bare.running():
                _write(settings.data_dir / "floor", some)
    return ours, bare


def _write(path: Path, made: Sequence[Delivery]) -> None:
    with path.open("ab", buffering=0) as file:
        for delivery in made:
            file.write(delivery.body)
            os.fsync(file.fileno())
