"""What comes in, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import datetime

from services.bus.streams import AGENCY_EVENTS
from services.contracts.receipt import ReceiptMessage, Status
from services.monitor.tracing import Origin


@dataclass(frozen=True)
class Delivery:
    """One message of the stream AGENCY_EVENTS.

    ``sequence`` is its place in the stream: it stays the same however often it is delivered.
    """

    subject: str
    body: bytes
    sequence: int
    carrier: Mapping[str, str] = made_by(default_factory=dict, compare=False)
    """The headers that say to which trace it belongs, if its sender gave any."""

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
    origin: Origin | None = made_by(default=None, compare=False)
    """Where it comes from, for its trace; None for what could not be read."""

    @property
    def is_kept(self) -> bool:
        """Whether the message goes to the dead letters."""
        return self.status in {Status.HELD, Status.REJECTED}

    @property
    def traits(self) -> dict[str, str | int]:
        """What a trace may tell of it."""
        return {
            "oneplan.event_type": self.event_type or "unreadable",
            "oneplan.agency": self.delivery.agency,
            "oneplan.outcome": self.status.value,
            "messaging.system": "nats",
            "messaging.destination.name": AGENCY_EVENTS,
            "oneplan.stream_sequence": self.delivery.sequence,
        }

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
