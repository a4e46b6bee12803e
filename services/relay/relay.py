"""Relay: publishes a batch of events and what they brought about, and only then moves on.

Everything may be published twice, after a crash, and carries its version: who gets it can tell.
While it is behind its batches grow, and each plan is sent once with all that is known of it by
then: what follows of it in the log up to there brings nothing new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from nats.aio.client import Client
from nats.js.api import Header
from opentelemetry.trace import SpanContext

from domain.family_plan.reports import FeedbackGiven
from services.bus.streams import PARTY_NOTICES, PARTY_VIEWS, PLAN_EVENTS
from services.bus.subjects import conference_subjects, plan_subject
from services.bus.together import Outgoing, publish_together
from services.monitor.metrics import RELAY_MESSAGES
from services.monitor.tracing import headers_of, traces
from services.relay.messages import Message, event_message, feedback_message
from services.relay.outbox import Batch, Outbox
from services.relay.portions import Portion, portions
from services.views.records import Records

BATCH = 200
"""Events at most in a batch, when there are no more behind it."""
LARGEST_BATCH = 2000
"""Events at most in any batch. They are in memory together, and published again after a crash:
within the two minutes for which the streams know what they have, they must all be there."""
ACK_SECONDS = 10.0
ROOM_FOR_HEADERS = 1024
"""Bytes that the server counts towards the size of a message, and the client does not."""


class Relay:
    """Publishes what an outbox holds.

    Args:
        outbox: an open one.
        client: a connection as the service user.
        agencies: the codes of those who can read what is published for them.
        records: where it is put on record what is sent to whom.
    """

    def __init__(
        self, outbox: Outbox, client: Client, agencies: Container[str], records: Records
    ) -> None:
        self._outbox = outbox
        self._records = records
        self._agencies = agencies
        self._followed: dict[int, SpanContext] = {}
        self._largest = client.max_payload - ROOM_FOR_HEADERS
        self._client = client
        self._js = client.jetstream(timeout=ACK_SECONDS)
        self._limit = BATCH

    @property
    def is_behind(self) -> bool:
        """Whether there was more than the last batch could take."""
        return self._limit > BATCH

    async def step(self) -> int:
        """Publish one batch; its place is saved once all of it has been acknowledged.

        Returns:
            How far it moved on in the event log, or 0 when there is nothing to do now.

        Raises:
            Exception: whatever the database or NATS fails with. The batch comes again.
        """
        batch = await asyncio.to_thread(self._outbox.next, self._limit)
        if batch is None:
            return 0
        taken = len(batch.window.events)
        self._limit = min(LARGEST_BATCH, 2 * max(BATCH, taken)) if batch.more else BATCH
        spans = traces()
        following: AbstractContextManager[dict[int, SpanContext]] = (
            nullcontext({}) if spans is None else spans.relaying(batch.window.events)
        )
        with following as followed:
            self._followed = followed
            await self._publish_all(batch)
        await asyncio.to_thread(self._outbox.passed, batch)
        return batch.window.position - batch.window.seen.position

    async def _publish_all(self, batch: Batch) -> None:
        # First of all: who left must not be able to read the plan longer than can be helped.
        for family_id, agency in batch.departed:
            await self._withdraw(agency, family_id)
        await self._publish(
            event_message(event, position, self._largest) for position, event in batch.events
        )
        waiting = portions(self._outbox, batch, self._largest)
        while (portion := await asyncio.to_thread(next, waiting, None)) is not None:
            await self._send(portion)
        await self._publish(self._feedback(batch))

    async def _send(self, portion: Portion) -> None:
        if portion.looks:
            await asyncio.to_thread(self._records.note, portion.looks)
        await self._publish(portion.views)
        await self._publish(portion.results)
        self._outbox.sent(portion.sent)

    def _headers(self, message: Message) -> dict[str, str]:
        named = {Header.EXPECTED_STREAM.value: message.stream, "Content-Type": message.content_type}
        spans, cause = traces(), self._followed.get(message.position)
        if spans is None or cause is None:
            return named
        # PLAN_EVENTS is the service's own. A party must not see what else has this correlation.
        own = message.stream == PLAN_EVENTS
        return named | (headers_of(cause) if own else spans.sent(message.stream, cause))

    async def _withdraw(self, agency: str, family_id: str) -> None:
        await self._js.purge_stream(PARTY_VIEWS, subject=plan_subject(agency, family_id))
        await self._js.purge_stream(PARTY_NOTICES, subject=conference_subjects(agency, family_id))

    def _feedback(self, batch: Batch) -> Iterator[Message]:
        for position, event in batch.events:
            if isinstance(event, FeedbackGiven):
                yield feedback_message(event, position, self._agencies)

    async def _publish(self, messages: Iterable[Message]) -> None:
        """Publish messages to one stream. What goes together is all there is in memory."""
        await publish_together(self._client, map(self._outgoing, messages), ACK_SECONDS)

    def _outgoing(self, message: Message) -> Outgoing:
        RELAY_MESSAGES.labels(message.stream).inc()
        return Outgoing(message.subject, message.body, message.id, self._headers(message))
