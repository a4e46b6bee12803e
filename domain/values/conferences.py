"""Case conferences: everybody around one table."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.values.base import (
    AgencyCode,
    FamilyLine,
    FamilyText,
    ItemId,
    MemberId,
    UtcDateTime,
    Value,
)
from domain.values.people import Owner


class AgendaItem(Value):
    """What a conference is to talk about: an open question, an open signal, an overdue action."""

    kind: Literal["question", "signal", "action"]
    item_id: ItemId


class Call(Value):
    """Casusoverleg: when it is held, and who is asked to come."""

    conference_id: ItemId
    begins_at: UtcDateTime
    place: FamilyLine | None = None
    agencies: Annotated[tuple[AgencyCode, ...], Field(min_length=1)]
    members: tuple[MemberId, ...] = ()


class Decision(Value):
    """What a conference decided, on an item of its agenda or beside it, and who does it by when."""

    decision_id: ItemId
    conference_id: ItemId
    on: AgendaItem | None = None
    text: FamilyText
    owner: Owner | None = None
    due: date | None = None
