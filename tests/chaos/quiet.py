"""When a run is over: all that was published has been dealt with, and nothing moves any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

import nats.errors
from nats.js import JetStreamContext
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from projections.registry import ALL
from services.bus.connect import connected
from services.intake.dead_letters import HELD, DeadLetters
from services.read_model import positions
from services.read_model.engine import open_read_engine, reading
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog
from tests.chaos.deployment import intake_consumer

LOOK_SECONDS = 0.2
STILL_LOOKS = 5
"""So many looks in a row must see the same before it is over."""
PATIENCE_SECONDS = 60.0
"""Twice as long as the stream waits before it delivers a message again."""

PARTS: dict[str, frozenset[str]] = {
    "intake": frozenset({"unread", "unacknowledged", "held"}),
    "projector": frozenset(projection.name for projection in ALL),
    "watch": frozenset({"watch"}),
    "relay": frozenset({"relay"}),
}
"""What each service has to deal with."""


class NotQuiet(Exception):
    """Something is left to be done, and nobody does it."""


@dataclass(frozen=True)
class Look:
    """What is still to be done by each part, and where the log ends."""

    left: tuple[tuple[str, int], ...]
    last_position: int


class Looker:
    """Looks at the stream of agency events and at everybody's place in the log."""

    def __init__(self, engine: Engine, log: EventLog, jetstream: JetStreamContext) -> None:
        self._engine = engine
        self._log = log
        self._jetstream = jetstream
        self._letters = DeadLetters(jetstream)

    async def look(self) -> Look:
        """How far everybody is. Raises SQLAlchemyError, nats.errors.Error."""
        consumer = await intake_consumer(self._jetstream)
        with reading(self._engine) as connection:
            standings = positions.standings(connection)
        last = self._log.last_position()
        left = {
            "unread": consumer.num_pending or 0,
            "unacknowledged": consumer.num_ack_pending or 0,
            "held": await self._letters.count(HELD),
        }
        for name in frozenset().union(*PARTS.values()) - left.keys():
            left[name] = last - (standings[name].position if name in standings else 0)
        return Look(tuple(sorted(left.items())), last)


@asynccontextmanager
async def looking(settings: Settings) -> AsyncIterator[Looker]:
    """A looker with its connections."""
    with open_read_engine(settings) as engine, open_application(settings) as application:
        async with connected(settings) as client:
            yield Looker(engine, EventLog(application), client.jetstream())


async def until_quiet(
    settings: Settings,
    services: Collection[str] = tuple(PARTS),
    patience: float = PATIENCE_SECONDS,
) -> float:
    """Wait until all is done. Returns the moment since when it is (seconds, monotonic).

    Args:
        services: those whose part must be done.
        patience: seconds in which something must have moved.

    Raises:
        NotQuiet: with what is left, when nothing moved for so long.
    """
    wanted = frozenset().union(*(PARTS[name] for name in services))
    async with looking(settings) as looker:
        seen, since, looks = None, time.monotonic(), 0
        while True:
            look: Look | str
            try:
                look = await looker.look()
            except (nats.errors.Error, TimeoutError, SQLAlchemyError) as error:
                look = type(error).__name__
            if look != seen:
                seen, since, looks = look, time.monotonic(), 0
            looks += 1
            if isinstance(look, Look):
                look = str({name: count for name, count in look.left if count and name in wanted})
                if look == "{}" and looks >= STILL_LOOKS:
                    return since
            if time.monotonic() - since > patience:
                raise NotQuiet(f"nothing moved for {patience:.0f} s: {look}")
            await asyncio.sleep(LOOK_SECONDS)
