"""The JetStream streams and durable consumers, as data, and how they are brought about."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from itertools import chain

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
from nats.js.errors import (
    APIError,
    BadRequestError,
    NotFoundError,
    ServerError,
    ServiceUnavailableError,
)

from services.bus import partitions
from services.bus.agencies import read_agencies
from services.bus.partitions import ACK_WAIT_SECONDS, WHOLE
from services.settings import Settings

AGENCY_EVENTS = partitions.AGENCY_EVENTS
DEAD_LETTERS = "DEAD_LETTERS"
PARTY_NOTICES = "PARTY_NOTICES"
PARTY_RECEIPTS = "PARTY_RECEIPTS"
PARTY_VIEWS = "PARTY_VIEWS"
PLAN_EVENTS = "PLAN_EVENTS"
INTAKE_DURABLE = partitions.INTAKE_DURABLE

MAX_EVENT_BYTES = 4 * 1024 * 1024
"""What AGENCY_EVENTS takes. Far above what intake accepts: a text that is too long must reach
intake to be rejected with a reason."""
DUPLICATE_WINDOW_SECONDS = 120
RECEIPT_DAYS = 90
NOTICE_DAYS = 90
"""An agency has as long to read what it was told as it has to read its receipts."""
STREAM_EXISTS_DIFFERENTLY = 10058
"""JetStream's error code JSStreamNameExistErr."""
NO_SUITABLE_PEERS = 10005
"""JetStream's error code JSClusterNoPeersErrF: too few nodes are known or online, so far."""
PATIENCE_SECONDS = 60

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
        allow_atomic=True,
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
        allow_atomic=True,
        max_age=NOTICE_DAYS * 24 * 3600,
    ),
    replace(
        _BASE,
        name=PARTY_RECEIPTS,
        description="What became of each event, for its sender",
        subjects=["party.*.receipt.>"],
        allow_atomic=True,
        max_age=RECEIPT_DAYS * 24 * 3600,
    ),
    replace(
        _BASE,
        name=PARTY_VIEWS,
        description="The last view of each plan, for each party",
        subjects=["party.*.plan.>"],
        allow_atomic=True,
        max_msgs_per_subject=1,
        allow_direct=True,
    ),
    replace(
        _BASE,
        name=PLAN_EVENTS,
        description="The domain events of the plans",
        subjects=["plan.>"],
        allow_atomic=True,
    ),
)


def durable_consumers(settings: Settings) -> tuple[tuple[str, ConsumerConfig], ...]:
    """Each durable consumer with its stream: the intake's, and three for each active agency.

    The service makes the agencies' consumers, so that an agency needs no right to make any.

    Raises CredentialsError when the register of agencies cannot be read.
    """
    agencies = (consumers_of(agency.code) for agency in read_agencies(settings).active)
    intake = AGENCY_EVENTS, WHOLE.config(settings.intake_takeover)
    return intake, *chain.from_iterable(agencies)


def consumers_of(agency: str) -> Iterator[tuple[str, ConsumerConfig]]:
    """The durable consumers of one agency, each with its stream."""
    notices = (f"party.{agency}.conference.>", f"party.{agency}.feedback.>")
    yield PARTY_NOTICES, _consumer(agency, notices, 1000)
    yield PARTY_RECEIPTS, _consumer(agency, f"party.{agency}.receipt.>", 1000)
    yield PARTY_VIEWS, _consumer(agency, f"party.{agency}.plan.>", 1000)


async def ensure_streams(js: JetStreamContext, settings: Settings) -> None:
    """Create or update all streams and durable consumers; safe to call by several at once.

    A cluster that is still choosing its leaders, or does not see all its nodes yet, is waited for,
    up to a minute.

    Raises:
        nats.js.errors.APIError: when JetStream is off or refuses a change.
        CredentialsError: when the register of agencies cannot be read.
    """
    for stream in STREAMS:
        replicated = replace(stream, num_replicas=settings.stream_replicas)
        async for attempt in _patiently():
            with attempt:
                await _ensure_stream(js, replicated)
    await _ensure_consumers(js, durable_consumers(settings))


async def ensure_consumers(js: JetStreamContext, agency: str) -> None:
    """Create or update the durable consumers of one agency. Raises as :func:`ensure_streams`."""
    await _ensure_consumers(js, consumers_of(agency))


async def delete_consumers(js: JetStreamContext, agency: str) -> None:
    """Delete the durable consumers of one agency, if they are there; the messages stay.

    Raises as :func:`ensure_streams`.
    """
    for stream, _ in consumers_of(agency):
        async for attempt in _patiently():
            with attempt, contextlib.suppress(NotFoundError):
                await js.delete_consumer(stream, agency)


async def _ensure_consumers(
    js: JetStreamContext, consumers: Iterable[tuple[str, ConsumerConfig]]
) -> None:
    for stream, consumer in consumers:
        async for attempt in _patiently():
            with attempt:
                # A create of what is there with the same name is an update.
                await js.add_consumer(stream, config=consumer)


def _patiently() -> AsyncIterator[stamina.Attempt]:
    return stamina.retry_context(
        on=_will_pass, attempts=None, timeout=PATIENCE_SECONDS, wait_max=2
    ).__aiter__()


def _will_pass(error: Exception) -> bool:
    """Whether it may go by itself: what a cluster says while it is starting or loses a node."""
    if isinstance(error, APIError) and error.err_code == NO_SUITABLE_PEERS:
        return True
    passing = (ServiceUnavailableError, ServerError, NatsTimeoutError, NoRespondersError)
    return isinstance(error, passing)


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
