"""Messages that are published together: the server waits for the disk once, and not for each.

It is JetStream's atomic batch (ADR-50, nats-server 2.12; one wait for the disk from 2.15 on). The
server refuses the whole of it when it has one of its messages already, and where the stream does
not allow it. Then each goes by itself, and what is there already is left out by its id.

Of several messages on one subject the stream keeps what it would have kept of them one by one: the
last, where it keeps one a subject.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from nats.aio.client import Client
from nats.js.api import Header, PubAck
from nats.js.errors import APIError

log = structlog.get_logger(__name__)

MOST = 1000
"""Messages that the server takes together, unless it is configured otherwise."""
MOST_BYTES = 4 * 1024 * 1024
"""Bytes that go together: so many are in memory here, and with the server until it has them all."""
IN_FLIGHT = 128
"""Messages that are not confirmed yet, where each goes by itself."""
KNOWS_BATCHES = (2, 12)
"""The first version of the server that does."""
BATCH_ID, BATCH_SEQUENCE, BATCH_COMMIT = (
    "Nats-Batch-Id",
    "Nats-Batch-Sequence",
    "Nats-Batch-Commit",
)


@dataclass(frozen=True)
class Outgoing:
    """A message for a stream."""

    subject: str
    body: bytes
    message_id: str | None
    """By it the server knows it again; the same whenever it is published again."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Other headers."""

    @property
    def headers(self) -> dict[str, str]:
        """All headers, but for those that make a batch."""
        known = {} if self.message_id is None else {Header.MSG_ID.value: self.message_id}
        return {**known, **self.more}


class NotTogetherError(Exception):
    """The server takes these by themselves only; it has stored none of them."""


async def publish_together(client: Client, messages: Iterable[Outgoing], seconds: float) -> None:
    """Publish messages to one stream, in order; when this returns all of them are stored.

    They are taken from ``messages`` as they are needed, and go in portions of ``MOST`` messages
    and ``MOST_BYTES`` bytes at most. Each needs its ``message_id``: it may be sent twice.

    Args:
        seconds: how long to wait for each confirmation.

    Raises:
        nats.errors.Error: when the server does not confirm them; some may be stored.
    """
    for some in portions(messages):
        try:
            await publish_batch(client, some, seconds)
        except NotTogetherError as error:
            log.info("bus.one_by_one", messages=len(some), reason=str(error))
            await _one_by_one(client, some, seconds)


def fits(body: bytes, count: int, size: int) -> bool:
    """Whether a message may go together with so many others, which have so many bytes."""
    return count < MOST and size + len(body) <= MOST_BYTES


def portions(messages: Iterable[Outgoing]) -> Iterator[list[Outgoing]]:
    """The messages in order, as many together as may go together; one that is larger goes alone."""
    some: list[Outgoing] = []
    size = 0
    for message in messages:
        if some and not fits(message.body, len(some), size):
            yield some
            some, size = [], 0
        some.append(message)
        size += len(message.body)
    if some:
        yield some


async def publish_batch(client: Client, messages: Sequence[Outgoing], seconds: float) -> PubAck:
    """Publish these as one batch, at least one of them. They get places next to each other.

    Args:
        seconds: how long to wait for the confirmation.

    Returns:
        What the server says of the last.

    Raises:
        NotTogetherError: when the server takes them by themselves only.
        nats.errors.Error: when the server does not confirm them; all may be stored, or none.
    """
    version = client.connected_server_version
    if (version.major, version.minor) < KNOWS_BATCHES:
        # It would take each by itself, and speak of the last only.
        raise NotTogetherError("the server knows no batches")
    batch = uuid.uuid4().hex
    *others, last = (
        (message, {**message.headers, BATCH_ID: batch, BATCH_SEQUENCE: str(place)})
        for place, message in enumerate(messages, start=1)
    )
    for message, headers in others:
        await client.publish(message.subject, message.body, headers=headers)
    message, headers = last
    try:
        return await client.jetstream().publish(
            message.subject, message.body, headers={**headers, BATCH_COMMIT: "1"}, timeout=seconds
        )
    except APIError as error:
        raise NotTogetherError(error.description) from error


async def _one_by_one(client: Client, messages: Sequence[Outgoing], seconds: float) -> None:
    jetstream = client.jetstream()
    for begin in range(0, len(messages), IN_FLIGHT):
        await asyncio.gather(
            *(
                jetstream.publish(one.subject, one.body, headers=one.headers, timeout=seconds)
                for one in messages[begin : begin + IN_FLIGHT]
            )
        )
