"""Where intake's batches come from: AGENCY_EVENTS, or those of its partitions that this worker has.

With one partition whoever has AGENCY_EVENTS takes from it, and the others stand by. With more,
whoever has it sorts, and everybody takes from the partitions that fall to them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Sequence

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.bus.partitions import WHOLE, Partition, drop_partitions, partitions_now
from services.intake.held import HeldPartition
from services.intake.members import Members
from services.intake.passed_on import place_of
from services.intake.sorter import Sorter
from services.monitor.metrics import INTAKE_PARTITIONS
from services.monitor.vitals import Vitals
from services.settings import Settings
from services.store.application import OnePlan

log = structlog.get_logger(__name__)

BATCHES_IN_HAND = 3
"""One whose receipts are under way, one that is being decided on, one that waits."""


class Source:
    """Gives batches, as a pull subscription of nats-py does."""

    def __init__(
        self, client: Client, application: OnePlan, settings: Settings, vitals: Vitals
    ) -> None:
        self._client = client
        self._js = client.jetstream()
        self._batch = settings.intake_batch
        self._takeover = settings.intake_takeover
        self._members = Members(client, settings.intake_takeover)
        sorts = settings.intake_partitions > 1
        self._sorter = Sorter(client, application, settings, vitals) if sorts else None
        self._partitions: tuple[Partition, ...] = (WHOLE,)
        self._stopped = False
        self._held: dict[Partition, HeldPartition] = {}
        self._at_work: dict[Partition, list[asyncio.Task[None]]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._given: dict[int, HeldPartition] = {}
        self._times_begun: dict[Partition, int] = {}
        self._came = asyncio.Event()
        self._look_now = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to pull. Raises nats.errors.Error when the server does not answer."""
        await self._members.join(self._look_now.set)
        self._keeping = asyncio.create_task(self._keep_sharing())

    async def stop(self) -> None:
        """Leave all to the others, at once."""
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
        while len(messages) < batch and (full := self._full()):
            oldest = min(full, key=_next_place)
            [message] = oldest.given(1)
            self._given[id(message)] = oldest
            messages.append(message)
        if not messages:
            raise nats.errors.TimeoutError
        return messages

    def _here(self) -> int:
        return sum(len(held.events) for held in self._full())

    def done(self, messages: Iterable[Msg]) -> None:
        """These have been acknowledged or handed back."""
        for message in messages:
            held = self._given.pop(id(message), None)
            if held is not None:
                held.done()

    def again(self) -> None:
        """Have all that is not acknowledged come again, in its order."""
        self._given.clear()
        for held in self._held.values():
            held.again()

    def others_had_it(self) -> bool:
        """Whether others may have put on hold what this worker does not know of."""
        begun = {one: held.times_begun for one, held in self._held.items()}
        before, self._times_begun = self._times_begun, begun
        return before != begun or len(self._partitions) > 1

    def step_aside(self) -> None:
        """Leave the partitions to others, if there are any that did not step aside too."""
        self._members.step_aside()
        self._look_now.set()

    def _full(self) -> list[HeldPartition]:
        """Those that have events which are to be taken."""
        return [
            held
            for one, held in self._held.items()
            if held.events and (one != WHOLE or self._sorter is None)
        ]

    def _room(self) -> int:
        return max(BATCHES_IN_HAND * self._batch // max(len(self._held), 1), 1)

    async def _begin_whole(self) -> None:
        """Whoever has AGENCY_EVENTS has what others were to take come again."""
        if self._sorter is None:
            await drop_partitions(self._js)
        else:
            await self._members.tell_of(await self._sorter.begin())
        self._look_now.set()

    async def _begin_part(self) -> None:
        """Nobody else depends on it."""

    async def _keep_sharing(self) -> None:
        """Hold what is for this worker as partitions and workers come and go."""
        while not self._stopped:
            self._look_now.clear()
            try:
                await self._members.announce()
                self._partitions = WHOLE, *await partitions_now(self._js)
                await self._share(self._members.share(self._partitions))
            except (nats.errors.Error, TimeoutError) as error:
                log.warning("intake.not_shared", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._takeover / 5):
                    await self._look_now.wait()

    async def _share(self, wanted: Collection[Partition]) -> None:
        for one in [held for held in self._held if held not in wanted]:
            leaving = asyncio.create_task(self._leave(self._held.pop(one), self._at_work.pop(one)))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        for one in wanted:
            if one not in self._held:
                self._hold(one)
        INTAKE_PARTITIONS.set(len(self._held))

    def _hold(self, one: Partition) -> None:
        sorter = self._sorter if one == WHOLE else None
        came, room = (asyncio.Event(), sorter.room) if sorter else (self._came, self._room)
        begin = self._begin_whole if one == WHOLE else self._begin_part
        held = HeldPartition(self._client, one, self._takeover, room, came, begin=begin)
        self._held[one] = held
        self._at_work[one] = [asyncio.create_task(held.keep_pulling())]
        if sorter is not None:
            self._at_work[one].append(asyncio.create_task(sorter.keep_sorting(held)))

    async def _leave(self, held: HeldPartition, at_work: Sequence[asyncio.Task[None]]) -> None:
        """Give a partition up once what was taken from it is done with."""
        held.stop()
        pulling, *sorting = at_work
        pulling.cancel()
        await asyncio.gather(pulling, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._takeover / 2):
                await held.nothing_in_hand.wait()
        for task in sorting:
            task.cancel()
        await asyncio.gather(*sorting, return_exceptions=True)
        try:
            await held.give_up()
        except (nats.errors.Error, TimeoutError) as error:
            log.warning("intake.not_given_up", error=type(error).__name__)


def _next_place(held: HeldPartition) -> int:
    return place_of(held.events[0])
