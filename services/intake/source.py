"""Where a worker's batches come from: the partitions that are its own just now, in one order."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Collection, Iterable, Sequence

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerInfo
from nats.js.errors import NotFoundError

from services.bus.partitions import Partition, generations, is_drained, is_in_force, reached
from services.bus.streams import AGENCY_EVENTS
from services.intake.held import HeldPartition
from services.intake.members import Members
from services.monitor.metrics import INTAKE_PARTITIONS
from services.settings import Settings

log = structlog.get_logger(__name__)

BATCHES_IN_HAND = 3
"""One whose receipts are under way, one that is being decided on, one that waits."""
IN_VAIN = 6
"""How many takeovers to wait for others; one that died has been replaced by then."""
OTHERS_SECONDS = 0.02
"""How long to wait before looking how far the others have come."""
LOOK_EVERY = 5
"""Beats between two looks at which partitions there are."""


class Source:
    """Gives batches, as a pull subscription of nats-py does."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client = client
        self._js = client.jetstream()
        self._batch = settings.intake_batch
        self._takeover = settings.intake_takeover
        self._members = Members(client, settings.intake_takeover)
        self._partitions: tuple[Partition, ...] = ()
        self._settled = 0
        self._looked_at: dict[Partition, int] = {}
        self._waited = 0.0
        self._changing = False
        self._stopped = False
        self._last: int | None = None
        self._held: dict[Partition, HeldPartition] = {}
        self._pulling: dict[Partition, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._given: dict[int, HeldPartition] = {}
        self._came = asyncio.Event()
        self._look_now = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to pull. Raises nats.errors.Error when the server does not answer."""
        await self._members.join(self._look_now.set)
        self._keeping = asyncio.create_task(self._keep_sharing())

    async def stop(self) -> None:
        """Leave all partitions to the others, at once."""
        self._stopped = True
        if self._keeping is not None:
            self._look_now.set()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self._share(())
        await asyncio.gather(*self._leaving, return_exceptions=True)
        await self._members.leave()
        await self._client.flush()

    async def fetch(self, batch: int, timeout: float | None) -> list[Msg]:  # noqa: ASYNC109
        """The next messages, the oldest of those that are here first; fewer once the time is over.

        They stay here until then: what FastStream has of a batch when it is stopped it forgets, and
        whoever leaves waits for what is in hand.

        Raises:
            nats.errors.TimeoutError: when none came in time.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self._here() < batch:
                    self._came.clear()
                    await self._came.wait()
        messages: list[Msg] = []
        while len(messages) < batch:
            full = [held for held in self._held.values() if held.events]
            if not full:
                break
            oldest = min(full, key=_next_sequence)
            message = oldest.events.popleft()
            oldest.in_hand += 1
            self._given[_sequence(message)] = oldest
            messages.append(message)
        if not messages:
            raise nats.errors.TimeoutError
        return messages

    def _here(self) -> int:
        return sum(len(held.events) for held in self._held.values())

    def done(self, messages: Iterable[Msg]) -> None:
        """These have been acknowledged or handed back."""
        given = [self._given.pop(_sequence(message), None) for message in messages]
        for held in given:
            if held is not None:
                held.done()

    def again(self) -> None:
        """Have all that is not acknowledged come again, in its order."""
        self._given.clear()
        for held in self._held.values():
            held.again()

    def settled(self) -> int | None:
        """Up to where in the stream everything is here or dealt with, as far as is known.

        None when there is one partition only, and once when others were waited for in vain.
        """
        if len(self._partitions) == 1:
            return None
        if self._waited > IN_VAIN * self._takeover:
            self._waited = 0.0
            return None
        # What was here then may have been forgotten since, or be another's now.
        return self._settled if self._looked_at == self._begun() else 0

    def _begun(self) -> dict[Partition, int]:
        return {one: held.times_begun for one, held in self._held.items()}

    async def wait_for_others(self, messages: Sequence[Msg]) -> None:
        """Take these back until the others have come further, for some takeovers at most."""
        for message in messages:
            held = self._given.pop(_sequence(message), None)
            if held is not None and not held.is_stopped:
                held.in_hand -= 1
                held.events.appendleft(message)
        for held in self._held.values():
            held.events = deque(sorted(held.events, key=_sequence))
        before, began = self._settled, asyncio.get_running_loop().time()
        await asyncio.sleep(OTHERS_SECONDS)
        try:
            await self._look_at_others()
        except (nats.errors.Error, TimeoutError) as error:
            log.warning("intake.others_not_known", error=type(error).__name__)
        passed = asyncio.get_running_loop().time() - began
        self._waited = 0.0 if self._settled > before else self._waited + passed

    async def _look_at_others(self) -> None:
        self._looked_at = self._begun()
        last = (await self._js.stream_info(AGENCY_EVENTS)).state.last_seq
        consumers = await self._js.consumers_info(AGENCY_EVENTS)
        known = {one.name: one for one in consumers}
        places = [
            self._reached(one, known[one.consumer], last)
            for one in self._partitions
            if one.consumer in known
        ]
        self._settled = min(await asyncio.gather(*places), default=last)

    async def _reached(self, one: Partition, consumer: ConsumerInfo, last: int) -> int:
        """Up to where a partition's events are dealt with, or are here to be taken in order."""
        held = self._held.get(one)
        here = 0 if held is None else held.reached(consumer, last)
        dealt_with = reached(consumer, last)
        if max(here, dealt_with) < last:
            dealt_with = await self._before_the_next(one, dealt_with, last)
        return max(here, dealt_with)

    async def _before_the_next(self, one: Partition, place: int, last: int) -> int:
        """The place before a partition's first event behind this place."""
        found = [last + 1]
        for subject in one.filters:
            with contextlib.suppress(NotFoundError):
                event = await self._js.get_msg(AGENCY_EVENTS, place + 1, subject, next=True)
                found.append(event.seq or place + 1)
        return min(found) - 1

    def step_aside(self) -> None:
        """Leave the partitions to others, if there are any that did not step aside too."""
        self._members.step_aside()
        self._look_now.set()

    def _room(self) -> int:
        return max(BATCHES_IN_HAND * self._batch // max(len(self._held), 1), 1)

    async def _keep_sharing(self) -> None:
        """Hold what is for this worker as partitions and workers come and go."""
        beats = 0
        while not self._stopped:
            self._look_now.clear()
            try:
                await self._members.announce()
                if beats % LOOK_EVERY == 0 or self._changing:
                    await self._look()
                await self._share(self._members.share(self._partitions))
            except (nats.errors.Error, TimeoutError) as error:
                log.warning("intake.not_shared", error=type(error).__name__)
            beats += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._takeover / 5):
                    await self._look_now.wait()

    async def _look(self) -> None:
        """Which partitions are to be taken now: the oldest generation's, until it is drained."""
        stream = await self._js.stream_info(AGENCY_EVENTS)
        consumers = await self._js.consumers_info(AGENCY_EVENTS)
        known = generations(consumers)
        self._changing = len(known) > 1
        if not self._changing:
            self._last = None
        elif self._last is None and is_in_force(known[-1], stream):
            # Behind this place everything is stored for the newest generation.
            self._last = stream.state.last_seq
        elif self._last is not None:
            names = {one.consumer for one in known[0]}
            oldest = [info for info in consumers if info.name in names]
            if is_drained(oldest, self._last):
                await self._delete(known.pop(0))
        self._partitions = known[0] if known else ()

    async def _delete(self, drained: Collection[Partition]) -> None:
        await self._share(())
        for one in drained:
            try:
                await self._js.delete_consumer(AGENCY_EVENTS, one.consumer)
            except NotFoundError:
                continue
        log.info("intake.partitions_drained", partitions=len(drained))
        self._look_now.set()

    async def _share(self, wanted: Collection[Partition]) -> None:
        for one in [held for held in self._held if held not in wanted]:
            leaving = asyncio.create_task(self._leave(self._held.pop(one), self._pulling.pop(one)))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        for one in wanted:
            if one not in self._held:
                held = HeldPartition(self._client, one, self._takeover, self._room, self._came)
                self._held[one] = held
                self._pulling[one] = asyncio.create_task(held.keep_pulling())
        INTAKE_PARTITIONS.set(len(self._held))

    async def _leave(self, held: HeldPartition, pulling: asyncio.Task[None]) -> None:
        """Give a partition up once what was taken from it is done with."""
        held.stop()
        pulling.cancel()
        await asyncio.gather(pulling, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._takeover / 2):
                await held.nothing_in_hand.wait()
        try:
            await held.give_up()
        except (nats.errors.Error, TimeoutError) as error:
            log.warning("intake.not_given_up", error=type(error).__name__)


def _sequence(message: Msg) -> int:
    return message.metadata.sequence.stream


def _next_sequence(held: HeldPartition) -> int:
    return _sequence(held.events[0])
