"""A real nats-server for a test, and agencies that publish and listen on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from nats.aio.client import Client

from services.bus.connect import connected
from services.bus.streams import ensure_streams
from services.bus.subjects import agency_subject
from services.contracts.receipt import ReceiptMessage
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.settings import Settings


@contextmanager
def running_bus(settings: Settings) -> Iterator[Settings]:
    """A nats-server on a free port; gives settings that point at it."""
    with NatsServer(settings, port=ANY_PORT) as server:
        yield settings.model_copy(update={"nats_url": server.url})


async def make_streams(settings: Settings) -> None:
    """All streams and consumers, as `oneplan up` makes them."""
    async with connected(settings) as client:
        await ensure_streams(client.jetstream(), settings)


async def publish(
    client: Client, agency: str, event: dict[str, Any] | bytes, family: str = "F1"
) -> None:
    """Publish as this agency and wait for the stream's confirmation.

    ``family`` stands in the subject; what the event says of itself counts.
    """
    body = event if isinstance(event, bytes) else orjson.dumps(event)
    await client.jetstream().publish(agency_subject(agency, family, "test"), body)


async def receipts(client: Client, agency: str, count: int) -> list[ReceiptMessage]:
    """The next ``count`` receipts of this agency, through its own durable consumer.

    Raises TimeoutError when they have not come after 20 seconds without a new one.
    """
    subscription = await client.jetstream().pull_subscribe_bind(agency, "PARTY_RECEIPTS")
    found: list[ReceiptMessage] = []
    try:
        while len(found) < count:
            for message in await subscription.fetch(count - len(found), timeout=20):
                found.append(ReceiptMessage.model_validate_json(message.data))
                await message.ack()
    finally:
        await subscription.unsubscribe()
    return found
