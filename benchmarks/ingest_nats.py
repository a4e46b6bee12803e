"""Ingest end to end: from the stream to the receipts, against the two things it has to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from benchmarks import load
from benchmarks.bus import (
    fetch_all,
    publish_all,
    read_receipt,
    receipts_stored,
    running_bus,
    services,
)
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure, Stopwatch
from benchmarks.ingest import TARGET
from benchmarks.stores import Database, Stores, in_batches
from services.bus.connect import connected
from services.intake.delivery import Delivery
from services.settings import Settings
from services.store.application import open_application

NAME = "ingest-nats"
IN_FLIGHT = 200


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """The intake service on events published before, against bare fetching and inserting."""
    fetching, inserting, ours = Stopwatch(), Stopwatch(), Stopwatch()
    made = load.deliveries(load.events(choices.events, choices.families, choices.seed))
    for _ in range(choices.repeats):
        with stores.empty(database) as settings, running_bus(settings) as bus:
            reachable = bus.model_copy(update={"intake_batch": choices.batch})
            asyncio.run(_publish_and_fetch(reachable, made, choices.batch, fetching))
            with services(reachable, "intake"):
                ours.laps.append(asyncio.run(_until_receipts(reachable, len(made))))
            _insert_again(stores, database, reachable, inserting, len(made) / choices.batch)
    total = len(made) * choices.repeats
    floors = {
        f"bare fetch and acknowledge, {choices.batch} a batch": fetching.rate(total),
        "bare insert of the same rows": inserting.rate(total),
    }
    slower = min(floors, key=lambda one: floors[one])
    for floor_is, floor in floors.items():
        yield Figure(
            benchmark=NAME,
            what="intake service, stream to receipts",
            database=database,
            value=ours.rate(total),
            unit=RATE,
            floor=floor,
            floor_is=floor_is,
            target=TARGET if floor_is == slower else None,
        )
    yield Figure(
        benchmark=NAME,
        what="intake service, stream to receipts",
        database=database,
        value=ours.rate(total),
        unit=RATE,
        floor=total / (fetching.seconds + inserting.seconds),
        floor_is="both floors one after the other",
    )


async def _publish_and_fetch(
    settings: Settings, made: Sequence[Delivery], batch: int, watch: Stopwatch
) -> None:
    async with connected(settings) as client:
        await publish_all(client.jetstream(), made, IN_FLIGHT)
        with watch.running():
            await fetch_all(client, len(made), batch)


def _insert_again(
    stores: Stores, database: Database, settings: Settings, watch: Stopwatch, batches: float
) -> None:
    """Insert the rows that are in a store into another one, in as many transactions."""
    with (
        stores.empty(database) as other,
        open_application(settings) as application,
        open_application(other) as floor,
    ):
        rows = application.recorder.select_notifications(start=1, limit=10_000_000)
        for some in in_batches(rows, max(1, round(len(rows) / batches))):
            with watch.running():
                floor.recorder.insert_events(some)


async def _until_receipts(settings: Settings, count: int) -> float:
    """Seconds from the beginning of the first batch until the last receipt was stored.

    Both moments are in the receipts, so nobody listens while the intake works.
    """
    async with connected(settings) as client:
        jetstream = client.jetstream()
        stored = await receipts_stored(jetstream, count)
        began = (await read_receipt(jetstream, 1))[0].received_at
        return stored - began.timestamp()
