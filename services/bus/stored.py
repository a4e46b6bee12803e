"""What a stream holds now: read from its beginning beside whoever works on it, or deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError

PAGE = 200
WAIT = 5.0
"""Seconds in which the server has to give what it said to have."""
GONE = frozenset({10037, 10043, 10057})
"""JetStream's error codes for a message that is not there (any more)."""


async def delete_stored(js: JetStreamContext, stream: str, sequence: int) -> bool:
    """Delete a message, so that the server overwrites it; False when it was gone already.

    Raises:
        nats.errors.Error: when the server did not do so.
    """
    try:
        return bool(await js.delete_msg(stream, sequence))
    except APIError as error:
        if error.err_code in GONE:
            return False
        raise


async def stored_messages(
    js: JetStreamContext,
    stream: str,
    subject: str = ">",
    *,
    after: int = 0,
    headers_only: bool = False,
    wait: float = WAIT,
) -> AsyncIterator[Msg]:
    """All messages that a stream holds now, oldest first.

    One that is deleted meanwhile may be left out, and one that is added meanwhile may be among
    them.

    Args:
        after: only what stands behind this place.
        wait: seconds to wait for the next page.

    Raises:
        TimeoutError: when the server has messages and does not give them.
        nats.errors.Error: when the stream cannot be read.
    """
    subscription = await js.pull_subscribe(
        subject,
        stream=stream,
        config=ConsumerConfig(
            ack_policy=AckPolicy.NONE,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=after + 1,
            headers_only=headers_only,
            inactive_threshold=30,
        ),
    )
    consumer = await subscription.consumer_info()
    left = consumer.num_pending or 0
    try:
        while left > 0:
            try:
                page = await subscription.fetch(min(left, PAGE), timeout=wait)
            except TimeoutError:
                # What was counted may have been deleted since.
                pending = (await subscription.consumer_info()).num_pending or 0
                if pending >= left:
                    raise
                left = pending
                continue
            left -= len(page)
            for message in page:
                yield message
    finally:
        await subscription.unsubscribe()
        await js.delete_consumer(stream, consumer.name)
