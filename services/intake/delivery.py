"""What comes in, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.contracts.receipt import ReceiptMessage, Status


@dataclass(frozen=True)
class Delivery:
    """One message of the stream AGENCY_EVENTS.

    ``sequence`` is its place in the stream: it stays the same however often it is delivered.
    """

    subject: str
    body: bytes
    sequence: int

    @property
    def agency(self) -> str:
        """The agency in the subject: NATS let nobody else publish there."""
        return self.subject.split(".")[1]


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery.

    ``waits_for`` are keys (:mod:`domain.keys`), any one of which lets a held event be taken.
    ``made_known`` are the keys of what this event made known.
    """

    delivery: Delivery
    status: Status
    event_id: str
    event_type: str | None = None
    family_id: str | None = None
    field: str | None = None
    reason: str | None = None
    waits_for: tuple[str, ...] = ()
    made_known: tuple[str, ...] = ()
    erase: bool = False
    """The message must not stay in the stream either; ``delivery`` has only what may be kept."""

    @property
    def is_kept(self) -> bool:
        """Whether the message goes to the dead letters."""
        return self.status in {Status.HELD, Status.REJECTED}

    def receipt(self, received_at: datetime) -> ReceiptMessage:
        """The receipt for the sender."""
        return ReceiptMessage(
            event_id=self.event_id,
            status=self.status,
            stream_sequence=self.delivery.sequence,
            received_at=received_at,
            family_id=self.family_id if self.status is not Status.REJECTED else None,
            field=self.field,
            reason=self.reason,
        )

    def rejected(self, field: str, reason: str) -> Outcome:
        """The same delivery, rejected."""
        return replace(
            self, status=Status.REJECTED, field=field, reason=reason, waits_for=(), made_known=()
        )
