"""Several intakes that share the families by partition: what a second one adds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import orjson
from nats.aio.client import Client

from benchmarks import load
from benchmarks.bus import publish_all, receipts_stored, running_bus, services
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure
from benchmarks.stores import Database, Stores
from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE
from services.intake.delivery import Delivery
from services.settings import Settings

NAME = "ingest-workers"
IN_FLIGHT = 200
CASES = ((1, 1), (1, 4), (2, 4))
"""How many intakes, and how many partitions."""
LATER = "2100-01-01T00:00:00Z"


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """Events published before, from the moment that all workers are ready to the last receipt."""
    made = load.deliveries(load.events(choices.events, choices.families, choices.seed))
    alone: float | None = None
    for workers, partitions in CASES:
        seconds = sum(
            _seconds(stores, database, choices, made, workers, partitions)
            for _ in range(choices.repeats)
        )
        rate = len(made) * choices.repeats / seconds
        yield Figure(
            benchmark=NAME,
            what=f"{_count(workers, 'intake')}, {_count(partitions, 'partition')}",
            database=database,
            value=rate,
            unit=RATE,
            floor=alone,
            floor_is="" if alone is None else "1 intake that takes alone",
        )
        alone = alone or rate


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _seconds(
    stores: Stores,
    database: Database,
    choices: Choices,
    made: Sequence[Delivery],
    workers: int,
    partitions: int,
) -> float:
    with stores.empty(database) as settings, ExitStack() as stack:
        chosen = {"intake_batch": choices.batch, "intake_partitions": partitions}
        bus = stack.enter_context(running_bus(settings.model_copy(update=chosen)))
        asyncio.run(_wait_with(bus, made))
        for _ in range(workers):
            stack.enter_context(services(bus, "intake"))
        # Until each has heard of the others.
        time.sleep(bus.intake_takeover)
        return asyncio.run(_until_receipts(bus, len(made)))


async def _wait_with(bus: Settings, made: Sequence[Delivery]) -> None:
    async with connected(bus) as client:
        await _pause(client, LATER)
        await publish_all(client.jetstream(), made, IN_FLIGHT)


async def _until_receipts(bus: Settings, count: int) -> float:
    async with connected(bus) as client:
        began = time.time()
        await _pause(client, None)
        return await receipts_stored(client.jetstream(), count) - began


async def _pause(client: Client, until: str | None) -> None:
    question = orjson.dumps({} if until is None else {"pause_until": until})
    answer = await client.request(
        f"$JS.API.CONSUMER.PAUSE.{AGENCY_EVENTS}.{INTAKE_DURABLE}", question
    )
    if "error" in (told := orjson.loads(answer.data)):
        raise RuntimeError(told["error"]["description"])
