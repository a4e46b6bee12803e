"""Case conferences."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.values import Call, Decision, ItemId, Line, Text, Value


class ConferenceCalledData(Call):
    """The lead calls everybody around one table; the service draws up the agenda."""


class ConferenceDecidedData(Decision):
    """The conference decided something."""


class ConferenceClosedData(Value):
    """The conference is over; its result goes to all parties."""

    conference_id: ItemId
    present: Annotated[tuple[Line, ...], Field(min_length=1)]
    summary: Text


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.conference.called.v1": ConferenceCalledData,
    "nl.oneplan.conference.decided.v1": ConferenceDecidedData,
    "nl.oneplan.conference.closed.v1": ConferenceClosedData,
}
