"""The relay: from the event log into the streams, with a view for each party that may see it.

Twice: short plans, and plans of 100 events with five parties each, as they are after an outage: all
of it is stored and in the views, and none of it is relayed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks import load
from benchmarks.bus import running_bus
from benchmarks.choices import Choices
from benchmarks.figures import MILLISECONDS, RATE, Figure, Stopwatch
from benchmarks.stores import PREFILL_BATCH, Database, Stores, prefill
from services.bus.connect import connected
from services.bus.streams import PARTY_NOTICES, PARTY_VIEWS, PLAN_EVENTS
from services.relay.service import open_relay
from services.settings import Settings

NAME = "relay"
LONG_PLAN = 100
"""Events of a plan in a backlog."""
MIXED_BATCH = 20
"""Events taken together in a backlog: as many families in a row as when there are thousands."""


@dataclass
class Relayed:
    """What was relayed, and what that took."""

    watch: Stopwatch = field(default_factory=Stopwatch)
    processor: float = 0.0
    """Seconds of it, of the relay alone."""
    events: int = 0
    views: int = 0
    messages: int = 0


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """Everything that is stored and in the views is relayed, by the relay alone."""
    long = max(1, choices.events // LONG_PLAN)
    for families, batch, told in (
        (choices.families, PREFILL_BATCH, ""),
        (long, MIXED_BATCH, f", plans of {LONG_PLAN} events"),
    ):
        made = load.deliveries(load.events(choices.events, families, choices.seed))
        done = Relayed()
        for _ in range(choices.repeats):
            with stores.empty(database) as settings, running_bus(settings) as reachable:
                prefill(reachable, made, batch=batch)
                with choices.profiled():
                    asyncio.run(_relay(reachable, done))
                done.events += len(made)
        took = 1000 * done.processor / done.events
        for what, value, unit in (
            ("events relayed", done.watch.rate(done.events), RATE),
            ("messages relayed", done.watch.rate(done.messages), "messages/s"),
            ("views sent", done.views / done.events, "an event"),
            ("an event, of a processor", took, MILLISECONDS),
        ):
            yield Figure(NAME, what + told, database, value, unit)


async def _relay(settings: Settings, done: Relayed) -> None:
    async with open_relay(settings) as relay, connected(settings) as client:
        began = time.process_time()
        with done.watch.running():
            while await relay.step():
                pass
        done.processor += time.process_time() - began
        jetstream = client.jetstream()
        for name in (PLAN_EVENTS, PARTY_VIEWS, PARTY_NOTICES):
            sent = (await jetstream.stream_info(name)).state.last_seq
            done.messages += sent
            done.views += sent if name == PARTY_VIEWS else 0
