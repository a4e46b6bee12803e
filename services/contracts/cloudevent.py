"""The envelope of an agency event: CloudEvents 1.0 JSON in structured mode, NL GOV profile.

Source of the rules: CloudEvents 1.0.2 (section "Context Attributes"), its ``sequence`` extension
and the NL GOV profile for CloudEvents (source as a URN, type in reverse-DNS notation).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.values import Token, UtcDateTime

CONTENT_TYPE = "application/cloudevents+json"

EventId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
"""1 to 128 letters, digits, ``-`` and ``_``: it is a token of the receipt's NATS subject."""

Source = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^urn:(nld:oin:[0-9]{20}|oneplan:agency:[a-z][a-z0-9-]{1,31})$",
    ),
]
"""Who sends: ``urn:oneplan:agency:<agency>`` or the organisation's OIN, ``urn:nld:oin:<oin>``."""

EventType = Annotated[
    str, Field(max_length=100, pattern=r"^nl\.oneplan\.[a-z][a-z-]*\.[a-z][a-z-]*\.v[1-9][0-9]*$")
]


class CloudEvent(BaseModel):
    """One agency event as it comes in. Extension attributes we do not know are let through."""

    model_config = ConfigDict(frozen=True, extra="allow")

    specversion: Literal["1.0"]
    id: EventId
    source: Source
    type: EventType
    subject: Token
    """The family's id, or the sender's own case reference."""
    time: UtcDateTime
    """When it happened (RFC 3339)."""
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Annotated[str, Field(max_length=500)] | None = None
    sequence: Annotated[str, Field(max_length=40)] | None = None
    correlationid: EventId | None = None
    """What the sender files this under; without it the event's own id."""
    data: dict[str, Any]
