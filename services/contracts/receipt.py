"""The receipt that a publisher gets for each of its events."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.values import UtcDateTime


class Status(StrEnum):
    """What became of an event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    HELD = "held"
    REJECTED = "rejected"


class ReceiptMessage(BaseModel):
    """Published on ``party.<agency>.receipt.<event id>``.

    ``stream_sequence`` is the event's place in AGENCY_EVENTS. A held event is kept and taken
    by itself once what it waits for is there; a rejected one is kept in the dead letters.
    """

    model_config = ConfigDict(frozen=True)

    event_id: str
    status: Status
    stream_sequence: int
    received_at: UtcDateTime
    family_id: str | None = None
    field: str | None = None
    reason: Annotated[str, Field(max_length=1000)] | None = None
