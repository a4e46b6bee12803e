"""Dead letters: messages that could not be taken, kept with the reason until they can.

One stream, one message a subject: ``deadletter.<status>.<agency>.<sequence>``, where sequence is
the message's place in AGENCY_EVENTS. Keeping the same one again replaces it.
"""

from __future__ import annotations

import re
import string
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError

from services.bus.stored import delete_stored, stored_messages
from services.bus.streams import DEAD_LETTERS
from services.bus.subjects import held_subject, rejected_subject
from services.contracts.receipt import Status
from services.intake.delivery import Delivery, Outcome
from services.monitor.tracing import carrier_of

ALL = "deadletter.>"
HELD = "deadletter.held.>"
REJECTED = "deadletter.rejected.>"

_AS_IT_IS = f"{string.ascii_letters}{string.digits}{string.punctuation} ".replace("%", "")


@dataclass(frozen=True)
class DeadLetter:
    """One kept message. ``place`` is its sequence in DEAD_LETTERS."""

    place: int
    outcome: Outcome
    received_at: datetime


def subject_of(outcome: Outcome) -> str:
    """Where this outcome's message is kept."""
    subject = held_subject if outcome.status is Status.HELD else rejected_subject
    return subject(outcome.delivery.agency, outcome.delivery.sequence)


class DeadLetters:
    """The stream DEAD_LETTERS."""

    def __init__(self, jetstream: JetStreamContext) -> None:
        self._jetstream = jetstream

    async def keep(self, outcome: Outcome, received_at: datetime) -> DeadLetter:
        """Keep the message of an outcome. It is on disk when this returns.

        Raises:
            nats.errors.Error: when the server did not confirm; the message is not lost, since it
                has not been acknowledged either.
        """
        confirmed = await self._jetstream.publish(
            subject_of(outcome),
            outcome.delivery.body,
            headers=_headers(outcome, received_at),
            timeout=10,
        )
        return DeadLetter(confirmed.seq, outcome, received_at)

    async def get(self, place: int) -> DeadLetter | None:
        """The letter at this place, or None when it is gone."""
        try:
            message = await self._jetstream.get_msg(DEAD_LETTERS, place)
        except NotFoundError:
            return None
        return _letter(place, message.headers or {}, message.data or b"")

    async def drop(self, place: int) -> None:
        """Forget the letter at this place: its message has been taken, or is kept elsewhere."""
        await delete_stored(self._jetstream, DEAD_LETTERS, place)

    async def count(self, filter_subject: str = ALL) -> int:
        """How many letters are kept now."""
        consumer = await self._jetstream.add_consumer(
            DEAD_LETTERS,
            ConsumerConfig(
                filter_subject=filter_subject, ack_policy=AckPolicy.NONE, inactive_threshold=30
            ),
        )
        await self._jetstream.delete_consumer(DEAD_LETTERS, consumer.name)
        return consumer.num_pending or 0

    async def last_place(self) -> int:
        """The place of the last letter that was ever kept."""
        return (await self._jetstream.stream_info(DEAD_LETTERS)).state.last_seq

    async def letters(self, filter_subject: str = ALL, after: int = 0) -> AsyncIterator[DeadLetter]:
        """All letters behind a place that are kept now, the first first, without their bodies."""
        async for message in stored_messages(
            self._jetstream, DEAD_LETTERS, filter_subject, after=after, headers_only=True
        ):
            yield _letter(message.metadata.sequence.stream, message.headers or {}, b"")


def _headers(outcome: Outcome, received_at: datetime) -> dict[str, str]:
    headers = {
        "Oneplan-Status": outcome.status,
        "Oneplan-Subject": outcome.delivery.subject,
        "Oneplan-Sequence": str(outcome.delivery.sequence),
        "Oneplan-Event-Id": outcome.event_id,
        "Oneplan-Event-Type": outcome.event_type,
        "Oneplan-Field": outcome.field,
        "Oneplan-Reason": outcome.reason,
        "Oneplan-Waits-For": " ".join(outcome.waits_for),
        "Oneplan-Received-At": received_at.astimezone(UTC).isoformat(),
        **outcome.delivery.carrier,
    }
    return {name: _ascii(str(text)) for name, text in headers.items() if text}


def _ascii(text: str) -> str:
    """As a header takes it, which is one line of ASCII and loses the spaces at its ends.

    A sender's own field, which the reason may name, can hold anything.
    """
    return re.sub("^ | $", "%20", quote(text, safe=_AS_IT_IS))


def _letter(place: int, given: Mapping[str, str], body: bytes) -> DeadLetter:
    headers = {name: unquote(str(text)) for name, text in given.items()}
    delivery = Delivery(
        subject=headers["Oneplan-Subject"],
        body=body,
        sequence=int(headers["Oneplan-Sequence"]),
        carrier=carrier_of(headers),
    )
    outcome = Outcome(
        delivery=delivery,
        status=Status(headers["Oneplan-Status"]),
        event_id=headers["Oneplan-Event-Id"],
        event_type=headers.get("Oneplan-Event-Type"),
        field=headers.get("Oneplan-Field"),
        reason=headers.get("Oneplan-Reason"),
        waits_for=tuple(headers.get("Oneplan-Waits-For", "").split()),
    )
    return DeadLetter(place, outcome, datetime.fromisoformat(headers["Oneplan-Received-At"]))
