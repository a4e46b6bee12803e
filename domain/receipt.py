"""Receipt: the proof that one agency event was taken, saved in one transaction with its effect.

Its id is derived from the event's source and id, so a second delivery collides in the event
store's primary key: delivery is at least once, the effect exactly once.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate
from pydantic import Field

from domain.events import CreatingEvent
from domain.keys import receipt_id
from domain.values import AgencyCode, FamilyId, UtcDateTime


class EventAccepted(CreatingEvent):
    """An agency event was taken into the plan of a family.

    ``body_digest`` is the SHA-256 of the event in canonical JSON (RFC 8785's key order), in
    hexadecimal; ``stream_sequence`` is its place in the stream of agency events. ``family_id`` is
    None since version 2 where the event is about a person, of whatever family.
    """

    TOPIC: ClassVar[str] = "oneplan.receipt.EventAccepted"
    class_version: ClassVar[int] = 2

    agency: AgencyCode
    source: str
    event_id: str
    event_type: str
    family_id: FamilyId | None
    body_digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    stream_sequence: int = Field(ge=1)

    @staticmethod
    def upcast_v1_v2(_state: dict[str, Any]) -> None:
        """A family was always named; nothing to change."""

    @classmethod
    def of(
        cls,
        *,
        agency: str,
        source: str,
        event_id: str,
        event_type: str,
        family_id: str | None,
        body_digest: str,
        stream_sequence: int,
        recorded_at: UtcDateTime,
    ) -> Self:
        """The receipt of an event that is accepted. Raises ValidationError for a bad digest.

        It is the first and only event of its aggregate, which nothing is asked of meanwhile.
        """
        return cls(
            originator_id=receipt_id(source, event_id),
            originator_version=Receipt.INITIAL_VERSION,
            originator_topic=Receipt.TOPIC,
            timestamp=recorded_at,
            agency=agency,
            source=source,
            event_id=event_id,
            event_type=event_type,
            family_id=family_id,
            body_digest=body_digest,
            stream_sequence=stream_sequence,
        )


class Receipt(BaseAggregate[UUID]):
    """What became of one agency event."""

    TOPIC = "oneplan.Receipt"

    def __init__(
        self, agency: str, family_id: str | None, body_digest: str, stream_sequence: int
    ) -> None:
        self.agency = agency
        self.family_id = family_id
        self.body_digest = body_digest
        self.stream_sequence = stream_sequence
