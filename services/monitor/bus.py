"""What stands in the streams: dead letters, and what each durable consumer has still to read.

Counted every few seconds by the intake. Several intakes count the same: take the highest.
"""

from __future__ import annotations

import asyncio
import contextlib

import nats.errors
import structlog
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo
from nats.js.errors import NotFoundError

from services.bus.partitions import AGENCY_PARTITIONS
from services.bus.streams import STREAMS
from services.contracts.receipt import Status
from services.intake.dead_letters import HELD, REJECTED, DeadLetters
from services.monitor.metrics import (
    CONSUMER_PENDING,
    CONSUMER_UNACKNOWLEDGED,
    DEAD_LETTERS,
    STREAM_BYTES,
    STREAM_MESSAGES,
)

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0


async def count_streams(jetstream: JetStreamContext) -> None:
    """Count once. Raises nats.errors.Error when the server does not answer."""
    letters = DeadLetters(jetstream)
    for status, subjects in ((Status.HELD, HELD), (Status.REJECTED, REJECTED)):
        DEAD_LETTERS.labels(status.value).set(await letters.count(subjects))
    consumers: list[ConsumerInfo] = []
    for name in (str(stream.name) for stream in STREAMS):
        info = await jetstream.stream_info(name)
        STREAM_BYTES.labels(name).set(info.state.bytes)
        STREAM_MESSAGES.labels(name).set(info.state.messages)
        consumers += await jetstream.consumers_info(name)
    with contextlib.suppress(NotFoundError):
        consumers += await jetstream.consumers_info(AGENCY_PARTITIONS)
    # An agency's go with the agency.
    CONSUMER_PENDING.clear()
    CONSUMER_UNACKNOWLEDGED.clear()
    for one in consumers:
        # Those without a durable name come and go with who looks.
        if one.config.durable_name is not None:
            place = (one.stream_name, one.name)
            CONSUMER_PENDING.labels(*place).set(one.num_pending or 0)
            CONSUMER_UNACKNOWLEDGED.labels(*place).set(one.num_ack_pending or 0)


async def keep_counting(jetstream: JetStreamContext) -> None:
    """Count for ever; a server that does not answer is asked again."""
    while True:
        try:
            await count_streams(jetstream)
        except (nats.errors.Error, TimeoutError) as error:
            log.warning("monitor.no_nats", error=type(error).__name__, again_in=EVERY_SECONDS)
        await asyncio.sleep(EVERY_SECONDS)
