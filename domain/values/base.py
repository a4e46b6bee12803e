"""What all value objects are made of: the base class, identifiers, texts and moments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
)

from domain.values.marks import ABOUT_STAFF, ITEM, MEMBER, NAMED, OF_THE_FAMILY, PERSONAL

TEXT_LIMIT = 20_000
"""Characters in one free text. A report of that length is ten printed pages."""

UNKNOWN: Literal["unknown"] = "unknown"

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""An identifier that is one NATS subject token: 1 to 64 letters, digits, ``-`` and ``_``."""

FamilyId = Token
MemberId = Annotated[Token, MEMBER]
ItemId = Annotated[Token, ITEM]
AgencyCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
"""The short name of an agency, for example ``police`` or ``veilig-thuis``."""

Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]
Line = Annotated[str, Field(min_length=1, max_length=200)]

PersonalText = Annotated[Text, PERSONAL]
PersonalLine = Annotated[Line, PERSONAL]
FamilyText = Annotated[Text, OF_THE_FAMILY]
FamilyLine = Annotated[Line, OF_THE_FAMILY]
StaffText = Annotated[Text, ABOUT_STAFF]
Name = Annotated[Line, NAMED]
"""The personal texts: about the members named beside them, the family, professionals, one person.
What is stored of them can be made unreadable (see :mod:`domain.personal`)."""


def utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: for a moment without an offset, or outside the years 1 to 9999 in UTC.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset (RFC 3339), for example 2026-03-01T09:30:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this moment lies outside the years 1 to 9999 in UTC") from None


UtcDateTime = Annotated[AwareDatetime, AfterValidator(utc)]
"""A moment with an offset (RFC 3339), held in UTC."""


class Value(BaseModel):
    """Base of the value objects: frozen, no unknown fields, surrounding blanks cut off."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
