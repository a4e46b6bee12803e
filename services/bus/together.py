"""Messages that are published together: the server waits for the disk once, and not for each.

It is JetStream's atomic batch (ADR-50, nats-server 2.12; one wait for the disk from 2.15 on). The
server refuses the whole of it when it has one of its messages already, and where the stream does
not allow it. Then each goes by itself, and what is there already is left out by its id.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from nats.aio.client import Client
from nats.js.api import Header
from nats.js.errors import APIError

log = structlog.get_logger(__name__)

MOST = 1000
"""Messages that the server takes together, unless it is configured otherwise."""
BATCH_ID, BATCH_SEQUENCE, BATCH_COMMIT = (
    "Nats-Batch-Id",
    "Nats-Batch-Sequence",
    "Nats-Batch-Commit",
)


@dataclass(frozen=True)
class Outgoing:
    """A message for a stream. ``message_id`` is the same whenever it is published again."""

    subject: str
    body: bytes
    message_id: str

    @property
    def headers(self) -> dict[str, str]:
        """Those by which the server knows it again."""
        return {Header.MSG_ID: self.message_id}


async def publish_together(client: Client, messages: Sequence[Outgoing], seconds: float) -> None:
    """Publish messages to one stream, in order; when this returns all of them are stored.

    Args:
        seconds: how long to wait for each confirmation.

    Raises:
        nats.errors.Error: when the server does not confirm them; some may be stored.
    """
    for begin in range(0, len(messages), MOST):
        some = messages[begin : begin + MOST]
        try:
            await _as_batch(client, some, seconds)
        except APIError as error:
            log.info("bus.one_by_one", messages=len(some), reason=error.description)
            await _one_by_one(client, some, seconds)


async def _as_batch(client: Client, messages: Sequence[Outgoing], seconds: float) -> None:
    batch = uuid.uuid4().hex
    *others, last = (
        (message, {**message.headers, BATCH_ID: batch, BATCH_SEQUENCE: str(place)})
        for place, message in enumerate(messages, start=1)
    )
    for message, headers in others:
        await client.publish(message.subject, message.body, headers=headers)
    message, headers = last
    await client.jetstream().publish(
        message.subject, message.body, headers={**headers, BATCH_COMMIT: "1"}, timeout=seconds
    )


async def _one_by_one(client: Client, messages: Sequence[Outgoing], seconds: float) -> None:
    jetstream = client.jetstream()
    await asyncio.gather(
        *(
            jetstream.publish(one.subject, one.body, headers=one.headers, timeout=seconds)
            for one in messages
        )
    )
