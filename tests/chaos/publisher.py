"""Agencies that publish as they should: each sends again until the stream has acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Self

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS
from services.settings import Settings
from tests.chaos.messages import Sent

IN_FLIGHT = 200
ACK_SECONDS = 5.0
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 180.0


@dataclass
class Ledger:
    """All that was ever sent in a deployment, and what the stream said to it."""

    sent: list[Sent] = field(default_factory=list)
    acknowledged: dict[int, int] = field(default_factory=dict)
    """The place in ``sent``, and the sequence in the stream."""
    at: dict[int, float] = field(default_factory=dict)
    """When each sequence was acknowledged (seconds since 1970)."""


class Publisher:
    """Publishes as each agency itself, over a connection of its own.

    Messages about one family go out one after the other, so that the stream has them in their
    order; those of different families go out at once.
    """

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.resent = 0
        self.count = 0
        """How many of its messages were acknowledged so far."""
        self.seconds = 0.0
        self._settings = settings
        self._ledger = ledger
        self._open = AsyncExitStack()
        self._clients: dict[str, Client] = {}
        self._progress = asyncio.Condition()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_what: object) -> None:
        await self._open.aclose()

    async def publish(self, messages: Sequence[Sent], rate: float | None = None) -> None:
        """Until each message is acknowledged.

        Args:
            rate: so many a second at most.

        Raises:
            TimeoutError: when one was not acknowledged within three minutes.
        """
        began, first = time.monotonic(), len(self._ledger.sent)
        self._ledger.sent += messages
        room = asyncio.Semaphore(IN_FLIGHT)
        before: dict[str, asyncio.Task[None]] = {}
        for agency in sorted({one.agency for one in messages} - self._clients.keys()):
            client = connected(self._settings, agency, patience=PATIENCE_SECONDS)
            self._clients[agency] = await self._open.enter_async_context(client)
        async with asyncio.TaskGroup() as group:
            for place, message in enumerate(messages):
                if rate is not None:
                    await asyncio.sleep(max(0, began + place / rate - time.monotonic()))
                await room.acquire()
                task = group.create_task(
                    self._one(first + place, message, before.get(message.family), room)
                )
                before[message.family] = task
        self.seconds += time.monotonic() - began

    async def reached(self, count: int) -> None:
        """Until so many messages were acknowledged."""
        async with self._progress:
            await self._progress.wait_for(lambda: self.count >= count)

    async def _one(
        self, place: int, message: Sent, after: asyncio.Task[None] | None, room: asyncio.Semaphore
    ) -> None:
        if after is not None:
            await asyncio.wait([after])
        async with asyncio.timeout(PATIENCE_SECONDS):
            sequence = await self._until_acknowledged(message)
        self._ledger.acknowledged[place] = sequence
        self._ledger.at[sequence] = time.time()
        self.count += 1
        room.release()
        async with self._progress:
            self._progress.notify_all()

    async def _until_acknowledged(self, message: Sent) -> int:
        jetstream = self._clients[message.agency].jetstream()
        while True:
            try:
                stored = await jetstream.publish(
                    message.subject, message.body, timeout=ACK_SECONDS, stream=AGENCY_EVENTS
                )
            except (NatsError, TimeoutError):
                self.resent += 1
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return stored.seq
