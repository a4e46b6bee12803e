"""A partition as one worker pulls from it: in order, and it alone.

The server gives a partition's events to one client, which it calls pinned. Who becomes that has
the server begin again behind the last acknowledged event (``CONSUMER.RESET``, nats-server 2.14):
what its predecessor had in hand comes first. So whatever a worker has in hand, all before it has
been decided on or is in the same hands; a predecessor that was only asleep has the same events in
the same order, and finds their receipts.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import nats.errors
import orjson
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import Header
from nats.js.errors import APIError

from services.bus.partitions import GROUP, Partition

log = structlog.get_logger(__name__)

PIN = "Nats-Pin-Id"
STATUS = "Status"
NOT_PINNED = "423"
OVER = frozenset({"404", "408"})
"""A request ended as requests do; after any other status the next one has to wait a little."""
API_SECONDS = 5.0
PAUSE_SECONDS = 0.25


class HeldPartition:
    """A partition that this worker has, or waits to have."""

    def __init__(
        self,
        client: Client,
        partition: Partition,
        takeover: float,
        room: Callable[[], int],
        came: asyncio.Event,
        *,
        begin: Callable[[], Awaitable[None]],
    ) -> None:
        """Nothing is pulled yet.

        Args:
            client: the service's connection.
            partition: which one.
            takeover: seconds without a request after which the server gives it to another.
            room: how many events a partition may have in hand.
            came: set when there are new ones.
            begin: what must be done before events come from behind the last acknowledged one.
        """
        self.partition = partition
        self.in_hand = 0
        """Events that were taken from here and are not done with."""
        self.nothing_in_hand = asyncio.Event()
        """Whether that is none, once :meth:`stop` was called."""
        self.events: deque[Msg] = deque()
        self.times_begun = 0
        """Grows whenever what was here is forgotten."""
        self._client = client
        self._life = takeover / 2
        self._room = room
        self._new = came
        self._begin_with = begin
        self._pin: str | None = None
        self._listening: Subscription | None = None
        self._begun = 0
        self._expected: int | None = None
        self._wanted = 0
        self._stopped = False
        self._answered = asyncio.Event()

    async def take(self, count: int) -> list[Msg]:
        """The next events, waited for; none when it was stopped or begins again meanwhile."""
        if not self.events and not self._stopped:
            self._new.clear()
            await self._new.wait()
        return self.given(count)

    def given(self, count: int) -> list[Msg]:
        """The next events, of those that are here."""
        taken = [self.events.popleft() for _ in range(min(count, len(self.events)))]
        self.in_hand += len(taken)
        return taken

    async def keep_pulling(self) -> None:
        """Pull until :meth:`stop`; a server that does not answer is asked again."""
        try:
            while not self._stopped:
                try:
                    await (self._pull() if self._pin else self._claim())
                except (nats.errors.Error, TimeoutError) as error:
                    log.warning(
                        "intake.not_pulled",
                        partition=self.partition.consumer,
                        error=type(error).__name__,
                        again_in=PAUSE_SECONDS,
                    )
                    self._lose()
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            await self._listen_no_more()

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more is taken from here."""
        return self._stopped

    def stop(self) -> None:
        """Pull no more. It stays ours for as long as a takeover takes."""
        # Cancelling alone would not do: nats-py's requests can swallow it (wait_for before 3.12).
        self._stopped = True
        self._new.set()
        self.events.clear()
        if self.in_hand:
            self.nothing_in_hand.clear()
        else:
            self.nothing_in_hand.set()

    def again(self) -> None:
        """Forget what is in hand: it comes once more, from behind the last acknowledged event."""
        self.events.clear()
        self.in_hand = 0
        self.times_begun += 1
        self._expected = None
        self._answered.set()

    async def give_up(self) -> None:
        """Let another have it at once. Raises nats.errors.Error when the server does not answer."""
        if self._pin is not None:
            self._lose()
            await self._ask("RESET", {})
            await self._ask("UNPIN", {"group": GROUP})

    async def _claim(self) -> None:
        """Ask for one event: who is given it is pinned. It comes again with all others."""
        await self._listen()
        if await self._is_orphaned():
            await self._ask("RESET", {})
        await self._request(1)
        if self._pin is not None:
            await self._begin()

    async def _is_orphaned(self) -> bool:
        """Whether somebody has events in hand who is not pinned any more.

        When those are all there are, nobody would be given one, and so be pinned.
        """
        told = await self._ask("INFO", {})
        pinned = any(group.get("pinned_client_id") for group in told.get("priority_groups") or ())
        return bool(told["num_ack_pending"]) and not pinned

    async def _begin(self) -> None:
        await self._listen()
        await self._begin_with()
        told = await self._ask("RESET", {})
        self._expected = told["delivered"]["consumer_seq"] + 1

    async def _pull(self) -> None:
        if self._expected is None:
            await self._begin()
        if self._free() <= 0:
            self._answered.clear()
            await self._until_answered(self._life)
        # One more than there is room for keeps the partition ours.
        await self._request(max(self._free(), 1), id=self._pin)

    def _free(self) -> int:
        return self._room() - len(self.events) - self.in_hand

    async def _until_answered(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._answered.wait()

    def done(self, count: int = 1) -> None:
        """So many of those in hand are done with."""
        self.in_hand = max(self.in_hand - count, 0)
        if not self.in_hand:
            self.nothing_in_hand.set()
        if not self._wanted:
            self._answered.set()

    async def _request(self, count: int, **more: Any) -> None:
        """Ask for events, and wait until they have come or the time is over."""
        if self._listening is None or (self._pin and self._expected is None):
            return
        self._wanted = count
        question = {"batch": count, "expires": round(self._life * 1e9), "group": GROUP, **more}
        self._answered.clear()
        await self._client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self.partition.stream}.{self.partition.consumer}",
            orjson.dumps(question),
            reply=self._listening.subject,
        )
        await self._until_answered(self._life + 1)
        self._wanted = 0

    async def _came(self, begun: int, message: Msg) -> None:
        if begun != self._begun:
            return
        headers = message.headers or {}
        if STATUS in headers and not message.reply:
            await self._ended(headers)
        elif self._pin is None:
            self._pin = headers.get(PIN)
            self._answered.set()
        elif headers.get(PIN) == self._pin and self._expected is not None:
            self._take(message)

    def _take(self, message: Msg) -> None:
        place = message.metadata.sequence
        if place.consumer != self._expected:
            log.info(
                "intake.gap",
                partition=self.partition.consumer,
                sequence=place.stream,
                expected=self._expected,
                came=place.consumer,
            )
            self.again()
            return
        self._expected += 1
        self._wanted -= 1
        self.events.append(message)
        self._new.set()
        if self._wanted <= 0:
            self._answered.set()

    async def _ended(self, headers: dict[str, str]) -> None:
        status = headers[STATUS]
        if status == NOT_PINNED:
            self._lose()
        elif status not in OVER:
            log.warning(
                "intake.not_given",
                partition=self.partition.consumer,
                status=status,
                reason=headers.get(Header.DESCRIPTION),
            )
            await asyncio.sleep(PAUSE_SECONDS)
        self._answered.set()

    def _lose(self) -> None:
        self._pin = None
        self.again()

    async def _listen(self) -> None:
        """In a place of its own each time: what was on its way before does not count any more."""
        await self._listen_no_more()
        self._begun += 1
        self._listening = await self._client.subscribe(
            self._client.new_inbox(), cb=functools.partial(self._came, self._begun)
        )

    async def _listen_no_more(self) -> None:
        if self._listening is not None and not self._client.is_closed:
            await self._listening.unsubscribe()
        self._listening = None

    async def _ask(self, what: str, question: dict[str, Any]) -> dict[str, Any]:
        answer = await self._client.request(
            f"$JS.API.CONSUMER.{what}.{self.partition.stream}.{self.partition.consumer}",
            orjson.dumps(question),
            timeout=API_SECONDS,
        )
        told: dict[str, Any] = orjson.loads(answer.data)
        if "error" in told:
            raise APIError.from_error(told["error"])
        return told
