"""When a run is over: all that was published has been dealt with, and nothing moves any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import nats.errors
from sqlalchemy.exc import SQLAlchemyError

from projections.registry import ALL
from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE
from services.intake.dead_letters import HELD, DeadLetters
from services.read_model import positions
from services.read_model.engine import open_read_engine, reading
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

FOLLOWERS = ("relay", "watch")
LOOK_SECONDS = 0.2
STILL_LOOKS = 5
"""So many looks in a row must see the same before it is over."""
PATIENCE_SECONDS = 60.0
"""Twice as long as the stream waits before it delivers a message again."""


class NotQuiet(Exception):
    """Something is left to be done, and nobody does it."""


@dataclass(frozen=True)
class Look:
    """How far everybody is."""

    unread: int
    unacknowledged: int
    held: int
    last_position: int
    standings: tuple[tuple[str, int], ...]

    @property
    def left(self) -> dict[str, int]:
        """What is still to be done; empty when all is."""
        counted = {
            "unread": self.unread,
            "unacknowledged": self.unacknowledged,
            "held": self.held,
            **{name: self.last_position - at for name, at in self.standings},
        }
        return {name: count for name, count in counted.items() if count}


async def until_quiet(
    settings: Settings,
    followers: Sequence[str] = FOLLOWERS,
    patience: float = PATIENCE_SECONDS,
) -> float:
    """Wait until all is done. Returns the moment since when it is (seconds, monotonic).

    Args:
        followers: those behind the views that run.
        patience: seconds in which something must have moved.

    Raises:
        NotQuiet: with what is left, when nothing moved for so long.
    """
    wanted = {projection.name for projection in ALL} | set(followers)
    seen: Look | None = None
    since, looks, said = time.monotonic(), 0, "nobody answers"
    with open_read_engine(settings) as engine, open_application(settings) as application:
        log = EventLog(application)
        async with connected(settings) as client:
            jetstream = client.jetstream()
            letters = DeadLetters(jetstream)
            while True:
                try:
                    consumer = await jetstream.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)
                    held = await letters.count(HELD)
                    with reading(engine) as connection:
                        standings = positions.standings(connection)
                    at = {name: one.position for name, one in standings.items() if name in wanted}
                    look = Look(
                        unread=consumer.num_pending or 0,
                        unacknowledged=consumer.num_ack_pending or 0,
                        held=held,
                        last_position=log.last_position(),
                        standings=tuple(sorted({**dict.fromkeys(wanted, 0), **at}.items())),
                    )
                except (nats.errors.Error, TimeoutError, SQLAlchemyError) as error:
                    look, said = None, type(error).__name__
                if look is None or look != seen:
                    since, looks = time.monotonic() if look != seen else since, 0
                looks += 1
                seen = look
                if look is not None:
                    said = str(look.left)
                    if not look.left and looks >= STILL_LOOKS:
                        return since
                if time.monotonic() - since > patience:
                    raise NotQuiet(f"nothing moved for {patience:.0f} s, and this is left: {said}")
                await asyncio.sleep(LOOK_SECONDS)
