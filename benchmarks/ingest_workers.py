"""Several intakes that share the families by partition: what a second one adds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from benchmarks import load
from benchmarks.bus import receipts_stored, running_bus, services
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure
from benchmarks.stores import Database, Stores
from services.bus.connect import connected
from services.bus.together import Outgoing, publish_together
from services.intake.delivery import Delivery
from services.settings import Settings

NAME = "ingest-workers"
CASES = ((1, 1), (1, 4), (2, 4))
"""How many intakes, and how many partitions."""
ACK_SECONDS = 30


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """From the first of the events, which are published as fast as can be, to the last receipt."""
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
        for _ in range(workers):
            stack.enter_context(services(bus, "intake"))
        # Until each has heard of the others.
        time.sleep(bus.intake_takeover)
        return asyncio.run(_until_receipts(bus, made))


async def _until_receipts(bus: Settings, made: Sequence[Delivery]) -> float:
    async with connected(bus) as client:
        began = time.time()
        messages = (Outgoing(one.subject, one.body, None) for one in made)
        await publish_together(client, messages, ACK_SECONDS)
        return await receipts_stored(client.jetstream(), len(made)) - began
