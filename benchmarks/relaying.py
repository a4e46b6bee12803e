"""The relay: from the event log into the streams, with a view for each party that may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from benchmarks import load
from benchmarks.bus import running_bus
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure, Stopwatch
from benchmarks.stores import Database, Stores, prefill
from services.bus.connect import connected
from services.bus.streams import PARTY_NOTICES, PARTY_VIEWS, PLAN_EVENTS
from services.relay.service import open_relay
from services.settings import Settings

NAME = "relay"


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """Everything that is stored and in the views is relayed, by the relay alone."""
    made = load.deliveries(load.events(choices.events, choices.families, choices.seed))
    watch, messages = Stopwatch(), 0
    for _ in range(choices.repeats):
        with stores.empty(database) as settings, running_bus(settings) as reachable:
            prefill(reachable, made)
            with choices.profiled():
                messages += asyncio.run(_relay(reachable, watch))
    total = choices.repeats * len(made)
    for what, count, unit in (("events", total, RATE), ("messages", messages, "messages/s")):
        yield Figure(
            benchmark=NAME,
            what=f"{what} relayed",
            database=database,
            value=watch.rate(count),
            unit=unit,
        )


async def _relay(settings: Settings, watch: Stopwatch) -> int:
    """How many messages that were."""
    async with open_relay(settings) as relay, connected(settings) as client:
        with watch.running():
            while await relay.step():
                pass
        streams = (PLAN_EVENTS, PARTY_VIEWS, PARTY_NOTICES)
        states = [(await client.jetstream().stream_info(name)).state for name in streams]
    return sum(state.last_seq for state in states)
