"""What is in the streams."""

from __future__ import annotations

from typing import Any

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig

from services.relay.relay import Relay

Found = list[tuple[str, dict[str, Any]]]


async def messages(client: Client, stream: str) -> list[Msg]:
    """All messages in a stream now, in order."""
    js = client.jetstream()
    count = (await js.stream_info(stream)).state.messages
    if count == 0:
        return []
    subscription = await js.pull_subscribe(">", stream=stream, config=ConsumerConfig())
    found: list[Msg] = []
    try:
        while len(found) < count:
            found += await subscription.fetch(count - len(found), timeout=5)
    except nats.errors.TimeoutError as error:
        raise AssertionError(f"{stream} has {count} messages, {len(found)} came") from error
    finally:
        await subscription.unsubscribe()
    return found


async def contents(client: Client, stream: str) -> Found:
    """The subject and the JSON of all messages in a stream now, in order."""
    return [(one.subject, orjson.loads(one.data)) for one in await messages(client, stream)]


async def finish(relay: Relay) -> None:
    """Step until there is nothing to do."""
    while await relay.step():
        pass
