"""Incidents, remarks, and what is still unclear about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from domain.values import (
    UNKNOWN,
    Certainty,
    Clarification,
    Gravity,
    Incident,
    IncidentKind,
    InformationSource,
    ItemId,
    MemberId,
    Note,
    Owner,
    OwnerKind,
    Text,
    UtcDateTime,
    Value,
)


class IncidentRecordedData(Value):
    """Something happened. Superseded by version 2, and taken for ever."""

    incident_id: ItemId
    kind: IncidentKind
    by: Annotated[tuple[MemberId, ...], Field(min_length=1)] = (UNKNOWN,)
    against: Annotated[tuple[MemberId, ...], Field(min_length=1)] = (UNKNOWN,)
    began_at: UtcDateTime
    ended_at: UtcDateTime | None = None
    text: Text

    @field_validator("ended_at")
    @classmethod
    def _ends_after_it_begins(
        cls, ended_at: datetime | None, info: ValidationInfo
    ) -> datetime | None:
        return Incident.ends_after_it_begins(ended_at, info)


class IncidentRecordedV2Data(Incident):
    """Something happened: by whom, against whom, what, from whom we know it and how surely.

    ``unknown`` is an answer to each of them, and raises an open question by itself.
    """

    by: Annotated[tuple[MemberId, ...], Field(min_length=1)]
    against: Annotated[tuple[MemberId, ...], Field(min_length=1)]
    source: InformationSource
    certainty: Certainty
    gravity: Gravity | None = None


class IncidentClarifiedData(Value):
    """Something about an incident has become clear; its open questions are answered by it."""

    incident_id: ItemId
    clear: Clarification
    text: Text


class QuestionOwner(Owner):
    """Who asks on, and on whose side they stand."""

    kind: OwnerKind


class QuestionAskedData(Value):
    """Something is still needed for a sharper picture."""

    question_id: ItemId
    text: Text
    about: tuple[MemberId, ...] = ()
    incident_id: ItemId | None = None
    owner: QuestionOwner
    due: date | None = None


class QuestionAssignedData(Value):
    """Another one asks on, or by another day."""

    question_id: ItemId
    owner: QuestionOwner
    due: date | None = None


class QuestionAnsweredData(Value):
    """A question has its answer."""

    question_id: ItemId
    answer: Text


class QuestionDroppedData(Value):
    """A question stays without an answer, and why."""

    question_id: ItemId
    reason: Text


class NoteAddedData(Note):
    """A remark."""


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.incident.recorded.v2": IncidentRecordedV2Data,
    "nl.oneplan.incident.clarified.v1": IncidentClarifiedData,
    "nl.oneplan.question.asked.v1": QuestionAskedData,
    "nl.oneplan.question.assigned.v1": QuestionAssignedData,
    "nl.oneplan.question.answered.v1": QuestionAnsweredData,
    "nl.oneplan.question.dropped.v1": QuestionDroppedData,
    "nl.oneplan.incident.recorded.v1": IncidentRecordedData,
    "nl.oneplan.note.added.v1": NoteAddedData,
}
