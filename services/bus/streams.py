"""The JetStream streams and durable consumers, as data, and how they are brought about."""

from __future__ import annotations

from dataclasses import replace

import stamina
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import BadRequestError, ServerError, ServiceUnavailableError

from services.settings import Settings

AGENCY_EVENTS = "AGENCY_EVENTS"
DEAD_LETTERS = "DEAD_LETTERS"
PARTY_NOTICES = "PARTY_NOTICES"
PARTY_RECEIPTS = "PARTY_RECEIPTS"
PARTY_VIEWS = "PARTY_VIEWS"
PLAN_EVENTS = "PLAN_EVENTS"
INTAKE_DURABLE = "intake"

MAX_EVENT_BYTES = 4 * 1024 * 1024
"""What AGENCY_EVENTS takes. Far above what intake accepts: a text that is too long must reach
intake to be rejected with a reason."""
MAX_DELIVERED = 2000
"""Messages that intake may have in hand without an acknowledgement."""
ACK_WAIT_SECONDS = 30
DUPLICATE_WINDOW_SECONDS = 120
RECEIPT_DAYS = 90
NOTICE_DAYS = 90
"""An agency has as long to read what it was told as it has to read its receipts."""
STREAM_EXISTS_DIFFERENTLY = 10058
"""JetStream's error code JSStreamNameExistErr."""

_BASE = StreamConfig(
    retention=RetentionPolicy.LIMITS,
    storage=StorageType.FILE,
    duplicate_window=DUPLICATE_WINDOW_SECONDS,
)

STREAMS: tuple[StreamConfig, ...] = (
    replace(
        _BASE,
        name=AGENCY_EVENTS,
        description="What the agencies sent, as they sent it",
        subjects=["agency.>"],
        max_msg_size=MAX_EVENT_BYTES,
    ),
    # One message a subject: a dead letter's subject ends with the sequence of its origin, so that
    # an event is kept once. Keeping it again, for another reason by now, replaces it in one step.
    replace(
        _BASE,
        name=DEAD_LETTERS,
        description="Rejected and held agency events, one for each origin",
        subjects=["deadletter.>"],
        max_msgs_per_subject=1,
        discard=DiscardPolicy.OLD,
    ),
    replace(
        _BASE,
        name=PARTY_NOTICES,
        description="Results of case conferences, and feedback to who reported",
        subjects=["party.*.conference.>", "party.*.feedback.>"],
        max_age=NOTICE_DAYS * 24 * 3600,
    ),
    replace(
        _BASE,
        name=PARTY_RECEIPTS,
        description="What became of each event, for its sender",
        subjects=["party.*.receipt.>"],
        max_age=RECEIPT_DAYS * 24 * 3600,
    ),
    replace(
        _BASE,
        name=PARTY_VIEWS,
        description="The last view of each plan, for each party",
        subjects=["party.*.plan.>"],
        max_msgs_per_subject=1,
        allow_direct=True,
    ),
    replace(
        _BASE,
        name=PLAN_EVENTS,
        description="The domain events of the plans",
        subjects=["plan.>"],
    ),
)


def durable_consumers(settings: Settings) -> tuple[tuple[str, ConsumerConfig], ...]:
    """Each durable consumer with its stream: intake's, and three for each agency.

    The service makes the agencies' consumers, so that an agency needs no right to make any.
    """
    consumers = [(AGENCY_EVENTS, _consumer(INTAKE_DURABLE, "agency.>", MAX_DELIVERED))]
    for agency in settings.agencies:
        code = agency.code
        notices = (f"party.{code}.conference.>", f"party.{code}.feedback.>")
        consumers += [
            (PARTY_NOTICES, _consumer(code, notices, 1000)),
            (PARTY_RECEIPTS, _consumer(code, f"party.{code}.receipt.>", 1000)),
            (PARTY_VIEWS, _consumer(code, f"party.{code}.plan.>", 1000)),
        ]
    return tuple(consumers)


async def ensure_streams(js: JetStreamContext, settings: Settings) -> None:
    """Create or update all streams and durable consumers; safe to call by several at once.

    A cluster that is still choosing its leaders is waited for, up to a minute.

    Raises:
        nats.js.errors.APIError: when JetStream is off or refuses a change.
    """
    passing = (ServiceUnavailableError, ServerError, NatsTimeoutError, NoRespondersError)
    for stream in STREAMS:
        async for attempt in stamina.retry_context(on=passing, attempts=None, timeout=60):
            with attempt:
                await _ensure_stream(js, replace(stream, num_replicas=settings.stream_replicas))
    for stream_name, consumer in durable_consumers(settings):
        async for attempt in stamina.retry_context(on=passing, attempts=None, timeout=60):
            with attempt:
                # A create of what is there with the same name is an update.
                await js.add_consumer(stream_name, config=consumer)


async def _ensure_stream(js: JetStreamContext, stream: StreamConfig) -> None:
    try:
        await js.add_stream(stream)
    except BadRequestError as error:
        if error.err_code != STREAM_EXISTS_DIFFERENTLY:
            raise
        await js.update_stream(stream)


def _consumer(name: str, subject: str | tuple[str, ...], max_ack_pending: int) -> ConsumerConfig:
    return ConsumerConfig(
        name=name,
        durable_name=name,
        filter_subject=subject if isinstance(subject, str) else None,
        filter_subjects=None if isinstance(subject, str) else list(subject),
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=max_ack_pending,
    )
