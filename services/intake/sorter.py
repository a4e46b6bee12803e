"""Sorting: each event of AGENCY_EVENTS goes on to the partition of its family, in order.

One intake sorts at a time: the one that AGENCY_EVENTS is pinned to. It begins with partitions of a
new epoch, behind the last event that was acknowledged, so whatever its predecessor passed on and
nobody has dealt with comes once more, and who had it in hand finds its receipt.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.bus.partitions import (
    AGENCY_PARTITIONS,
    Partition,
    all_partitions,
    make_partitions,
)
from services.bus.together import portions, publish_batch
from services.intake.held import HeldPartition
from services.intake.names import Names, Naming
from services.intake.passed_on import passed_on, place_of
from services.monitor.vitals import Vitals
from services.settings import Settings
from services.store.application import OnePlan

log = structlog.get_logger(__name__)

SORTED_AT_ONCE = 1000
"""Events: half of them are on their way here while the others are sorted."""
PUBLISH_SECONDS = 10.0
AGAIN_SECONDS = 1.0
"""How long to leave the stream alone after the database or the server failed."""
LOOK_SECONDS = 0.005
"""Between two looks whether all that was passed on has been dealt with."""


class Epoch:
    """What one sorter passes on, from where it began."""

    def __init__(self, id_: str, application: OnePlan, count: int) -> None:
        self.id = id_
        self.partitions: Sequence[Partition] = all_partitions(id_, count)
        self.names = Names(application, count)
        self.passed = 0
        """The place of the last event that was passed on."""


class Sorter:
    """Passes on what the held AGENCY_EVENTS brings."""

    def __init__(
        self, client: Client, application: OnePlan, settings: Settings, vitals: Vitals
    ) -> None:
        self._vitals = vitals
        self._client = client
        self._js = client.jetstream()
        self._application = application
        self._settings = settings
        self._epoch: Epoch | None = None

    def room(self) -> int:
        """How many events it may have in hand."""
        return SORTED_AT_ONCE

    async def begin(self) -> str:
        """Make the partitions of a new epoch, and say which. Raises nats.errors.Error."""
        epoch = Epoch(uuid.uuid4().hex, self._application, self._settings.intake_partitions)
        await make_partitions(
            self._js,
            epoch.partitions,
            replicas=self._settings.stream_replicas,
            takeover=self._settings.intake_takeover,
        )
        self._epoch = epoch
        log.info("intake.sorts", partitions=len(epoch.partitions))
        return epoch.id

    async def keep_sorting(self, whole: HeldPartition) -> None:
        """Sort until ``whole`` is stopped; when that fails, all that is not dealt with is anew."""
        while not whole.is_stopped:
            events = await whole.take(SORTED_AT_ONCE // 2)
            begun, epoch = whole.times_begun, self._epoch
            if not events or epoch is None:
                continue
            try:
                await self._sort(events, epoch)
            except Exception as error:
                self._vitals.failed(error)
                log.exception("intake.not_sorted", size=len(events), again_in=AGAIN_SECONDS)
                await asyncio.sleep(AGAIN_SECONDS)
                if whole.times_begun == begun:
                    whole.again()
                continue
            if whole.times_begun == begun:
                whole.done(len(events))

    async def _sort(self, events: Sequence[Msg], epoch: Epoch) -> None:
        # What waits for long to be dealt with is delivered again; it is on its way.
        new = [one for one in events if place_of(one) > epoch.passed]
        left: Sequence[tuple[Msg, Naming]] = [
            (one, Naming.of(one.subject.split(".")[1], one.data)) for one in new
        ]
        while left:
            await asyncio.to_thread(epoch.names.look_up, [naming for _, naming in left])
            left = await self._pass_on(left, epoch)
            if left:
                await self._until_dealt_with()
                epoch.names.forget()

    async def _pass_on(
        self, events: Sequence[tuple[Msg, Naming]], epoch: Epoch
    ) -> Sequence[tuple[Msg, Naming]]:
        """Pass on as many as may be without waiting; returns the rest."""
        sorted_ = []
        for message, naming in events:
            place = epoch.names.place(naming)
            if place is None:
                break
            sorted_.append(passed_on(message, epoch.partitions[place]))
            epoch.passed = place_of(message)
        for some in portions(sorted_):
            await publish_batch(self._client, some, PUBLISH_SECONDS)
        return events[len(sorted_) :]

    async def _until_dealt_with(self) -> None:
        # The server tells nobody when a stream becomes empty.
        while (await self._js.stream_info(AGENCY_PARTITIONS)).state.messages:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
