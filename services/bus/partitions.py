"""The partitions of AGENCY_EVENTS: whose an event is follows from its subject.

The stream puts two numbers into each subject as it stores it, after the family: the partition of
the family and the partition of the agency (NATS's own ``partition``: FNV-1a of the token, modulo
their count). So all of a family stands in one partition, in the order of the stream. What goes
by ``unknown`` instead of a family is spread by its agency. With one partition nothing is put in.

Each partition has a durable consumer, which one client at a time may pull from (ADR-42,
``pinned_client``; nats-server 2.11). A change of the count makes a new generation of consumers
that begins where the stream ends; the older one is drained before the newer one is begun, and
deleted then. So nothing needs to be stopped for it, and no family's order is broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import orjson
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    StreamInfo,
    SubjectTransform,
)

from services.bus.subjects import UNKNOWN_FAMILY

INTAKE_DURABLE = "intake"
"""The consumer of the one partition, and the beginning of the others' names."""
GROUP = "intake"
MAX_DELIVERED = 2000
"""Messages of a partition that intake may have in hand without an acknowledgement."""
ACK_WAIT_SECONDS = 30
_NANOSECONDS = 1_000_000_000
_NAME = re.compile(rf"{INTAKE_DURABLE}(?:-([0-9]+)-([0-9]+))?")
_SOURCE = "agency.*.*.>"
_STORED = "agency.{{{{wildcard(1)}}}}.{{{{wildcard(2)}}}}.{family}.{agency}.>"


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
    """One of ``count`` partitions, and where in the stream its consumer began (0: at its start)."""

    start: int
    count: int
    index: int

    @property
    def consumer(self) -> str:
        """The name of its durable consumer."""
        return INTAKE_DURABLE if self.count == 1 else f"{INTAKE_DURABLE}-{self.count}-{self.index}"

    @property
    def filters(self) -> list[str]:
        """The subjects that its consumer is given."""
        if self.count == 1:
            return ["agency.>"]
        subjects = [f"agency.*.*.{self.index}.*.>"]
        unknown = partition_of(UNKNOWN_FAMILY, self.count)
        if unknown != self.index:
            subjects.append(f"agency.*.{UNKNOWN_FAMILY}.{unknown}.{self.index}.>")
        if self.index == 0:
            # Too short for a partition. Whoever sent it must hear that it is no event.
            subjects += ["agency.*", "agency.*.*"]
        return subjects

    def takes(self, subject: str) -> bool:
        """Whether an event that its consumer is given is this partition's to deal with.

        No filter can say "all but ``unknown``", or "only what was stored with this count".
        """
        if self.count == 1:
            return True
        _, agency, family, stored_family, stored_agency, *_ = [*subject.split("."), *[""] * 4]
        if not family or not stored_family:
            return self.index == 0
        by_family, by_agency = (partition_of(one, self.count) for one in (family, agency))
        if (stored_family, stored_agency) != (str(by_family), str(by_agency)):
            return False
        return self.index == (by_agency if family == UNKNOWN_FAMILY else by_family)

    def config(self, takeover: float) -> PinnedConsumerConfig:
        """Its consumer. ``takeover``: seconds after which another may go on for who is silent."""
        return PinnedConsumerConfig(
            name=self.consumer,
            durable_name=self.consumer,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE if self.start else DeliverPolicy.ALL,
            opt_start_seq=self.start or None,
            filter_subject=self.filters[0] if self.count == 1 else None,
            filter_subjects=None if self.count == 1 else self.filters,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_deliver=-1,
            max_ack_pending=MAX_DELIVERED,
            priority_groups=[GROUP],
            priority_policy="pinned_client",
            priority_timeout=takeover,
        )


@lru_cache(maxsize=10_000)
def partition_of(token: str, count: int) -> int:
    """The partition of a token of a subject, as nats-server reckons it (FNV-1a, 32 bits)."""
    hashed = 0x811C9DC5
    for byte in token.encode():
        hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
    return hashed % count


def transform(count: int) -> SubjectTransform | None:
    """How the stream stores a subject with so many partitions."""
    if count == 1:
        return None
    family, agency = (f"{{{{partition({count},{token})}}}}" for token in (2, 1))
    return SubjectTransform(_SOURCE, _STORED.format(family=family, agency=agency))


def generation(count: int, start: int = 0) -> tuple[Partition, ...]:
    """All of so many partitions."""
    return tuple(Partition(start, count, index) for index in range(count))


def generations(consumers: Iterable[ConsumerInfo]) -> list[tuple[Partition, ...]]:
    """The generations that these consumers are of, oldest first, each as far as it is there."""
    found: dict[int, list[Partition]] = {}
    for info in consumers:
        named = _NAME.fullmatch(info.name)
        if named and info.config.durable_name is not None:
            start, count = info.config.opt_start_seq or 0, int(named[1] or 1)
            found.setdefault(count, []).append(Partition(start, count, int(named[2] or 0)))
    return sorted(tuple(sorted(one)) for one in found.values())


def is_in_force(newest: tuple[Partition, ...], stream: StreamInfo) -> bool:
    """Whether what is published now is stored for this generation, and all of it is there."""
    wanted, now = transform(newest[0].count), stream.config.subject_transform
    same = (wanted.dest if wanted else None) == (now.dest if now else None)
    return same and len(newest) == newest[0].count


def is_drained(consumers: Iterable[ConsumerInfo], last: int) -> bool:
    """Whether these have nothing left up to this place in the stream."""
    return all(reached(one, last) >= last for one in consumers)


def reached(consumer: ConsumerInfo, last: int) -> int:
    """Up to where in the stream all of a consumer's messages are acknowledged.

    Args:
        consumer: as the server told it, after it told ``last``.
        last: the place of the last message of the stream.
    """
    if not consumer.num_pending and not consumer.num_ack_pending:
        return last
    return consumer.ack_floor.stream_seq if consumer.ack_floor else 0


async def update_consumer(js: JetStreamContext, stream: str, config: ConsumerConfig) -> None:
    """Change a consumer. Raises nats.js.errors.NotFoundError when it is not there (any more)."""
    await js.consumer_info(stream, str(config.name))
    subject = f"$JS.API.CONSUMER.CREATE.{stream}.{config.name}"
    if config.filter_subject:
        subject = f"{subject}.{config.filter_subject}"
    question = {"stream_name": stream, "config": config.as_dict(), "action": "update"}
    # nats-py's add_consumer cannot say "update": it would make one that has just been deleted.
    await js._api_request(subject, orjson.dumps(question))  # noqa: SLF001


async def taken_up_to(js: JetStreamContext, stream: str) -> int:
    """Up to where in AGENCY_EVENTS intake has dealt with everything."""
    last = (await js.stream_info(stream)).state.last_seq
    intakes = [one for one in await js.consumers_info(stream) if _NAME.fullmatch(one.name)]
    return min((reached(one, last) for one in intakes), default=0)
