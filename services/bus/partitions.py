"""The partitions of AGENCY_EVENTS: where a family's events stand in their order.

With one partition intake pulls from AGENCY_EVENTS itself. With more, one intake sorts: it reads
AGENCY_EVENTS in order and passes each event on to the partition of its family, whatever name the
family goes by there (:mod:`services.intake.sorter`). All share the partitions.

What is passed on stands in a stream of its own, in memory: until an event is acknowledged in
AGENCY_EVENTS, which is when it was dealt with, it can be sorted anew from there. So nothing is lost
with it, and no family's data is on a disk twice. Whoever begins to sort makes that stream anew, for
another epoch: an earlier one that was only asleep has nowhere to pass anything on to.

Each partition has a durable consumer, which one client at a time may pull from (ADR-42,
``pinned_client``; nats-server 2.11).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

AGENCY_EVENTS = "AGENCY_EVENTS"
AGENCY_PARTITIONS = "AGENCY_PARTITIONS"

INTAKE_DURABLE = "intake"
"""The consumer of AGENCY_EVENTS, and the beginning of the partitions' names."""
GROUP = "intake"
MAX_DELIVERED = 2000
"""Messages that intake may have in hand without an acknowledgement, sorted or not."""
ACK_WAIT_SECONDS = 30
_NANOSECONDS = 1_000_000_000


@dataclass
class PinnedConsumerConfig(ConsumerConfig):
    """A consumer that one client at a time may pull from; nats-py does not know these fields.

    ``priority_timeout`` is in seconds: when the client has not pulled for so long, another may.
    """

    priority_groups: list[str] | None = None
    priority_policy: str | None = None
    priority_timeout: float | None = None

    def as_dict(self) -> dict[str, object]:
        """As the server takes it: durations in nanoseconds."""
        result = super().as_dict()
        if self.priority_timeout is not None:
            result["priority_timeout"] = round(self.priority_timeout * _NANOSECONDS)
        return result


@dataclass(frozen=True, order=True)
class Partition:
    """One of ``count`` partitions of an epoch, or the whole of AGENCY_EVENTS."""

    epoch: str = ""
    count: int = 1
    index: int = 0

    @classmethod
    def of(cls, consumer: ConsumerInfo) -> Self:
        """The partition that a consumer of AGENCY_PARTITIONS is for."""
        _, count, index = consumer.name.split("-")
        _, epoch, *_ = str(consumer.config.filter_subject).split(".")
        return cls(epoch, int(count), int(index))

    @property
    def stream(self) -> str:
        """The stream that it is in."""
        return AGENCY_PARTITIONS if self.epoch else AGENCY_EVENTS

    @property
    def consumer(self) -> str:
        """The name of its durable consumer."""
        return f"{INTAKE_DURABLE}-{self.count}-{self.index}" if self.epoch else INTAKE_DURABLE

    @property
    def beginning(self) -> str:
        """What the subjects of its events begin with."""
        return f"partition.{self.epoch}.{self.index}." if self.epoch else "agency."

    def config(self, takeover: float) -> PinnedConsumerConfig:
        """Its consumer. ``takeover``: seconds after which another may go on for who is silent."""
        return PinnedConsumerConfig(
            name=self.consumer,
            durable_name=self.consumer,
            deliver_policy=DeliverPolicy.ALL,
            filter_subject=f"{self.beginning}>",
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_deliver=-1,
            max_ack_pending=MAX_DELIVERED,
            priority_groups=[GROUP],
            priority_policy="pinned_client",
            priority_timeout=takeover,
        )


WHOLE = Partition()
"""All of AGENCY_EVENTS, for who takes it alone or sorts it."""


@lru_cache(maxsize=10_000)
def partition_of(name: str, count: int) -> int:
    """The partition of a family by its id, for ever the same (FNV-1a, 32 bits)."""
    hashed = 0x811C9DC5
    for byte in name.encode():
        hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
    return hashed % count


def all_partitions(epoch: str, count: int) -> tuple[Partition, ...]:
    """All of so many partitions."""
    return tuple(Partition(epoch, count, index) for index in range(count))


async def partitions_now(js: JetStreamContext) -> tuple[Partition, ...]:
    """The partitions that there are; none while nobody sorts.

    Raises nats.errors.Error when the server does not answer.
    """
    try:
        consumers = await js.consumers_info(AGENCY_PARTITIONS)
    except NotFoundError:
        return ()
    return tuple(sorted(map(Partition.of, consumers)))


async def make_partitions(
    js: JetStreamContext, partitions: Iterable[Partition], *, replicas: int, takeover: float
) -> None:
    """Make these instead of all that there were. Raises nats.errors.Error when it fails."""
    await drop_partitions(js)
    made = list(partitions)
    await js.add_stream(
        StreamConfig(
            name=AGENCY_PARTITIONS,
            description="AGENCY_EVENTS that intake has not dealt with yet, by family",
            subjects=[f"partition.{made[0].epoch}.>"],
            retention=RetentionPolicy.WORK_QUEUE,
            storage=StorageType.MEMORY,
            num_replicas=replicas,
            allow_atomic=True,
        )
    )
    for one in made:
        await js.add_consumer(AGENCY_PARTITIONS, config=one.config(takeover))


async def drop_partitions(js: JetStreamContext) -> None:
    """Forget what was sorted; it comes again. Raises nats.errors.Error when it fails."""
    with contextlib.suppress(NotFoundError):
        await js.delete_stream(AGENCY_PARTITIONS)


async def taken_up_to(js: JetStreamContext) -> int:
    """Up to where in AGENCY_EVENTS intake has dealt with everything."""
    last = (await js.stream_info(AGENCY_EVENTS)).state.last_seq
    intake = await js.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)
    if not intake.num_pending and not intake.num_ack_pending:
        return last
    return intake.ack_floor.stream_seq if intake.ack_floor else 0
