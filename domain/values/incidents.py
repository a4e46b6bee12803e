"""What happened and what was said about it: incidents, reports, remarks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from domain.values.base import (
    UNKNOWN,
    AgencyCode,
    FamilyLine,
    ItemId,
    MemberId,
    PersonalText,
    UtcDateTime,
    Value,
)


class IncidentKind(StrEnum):
    """What kind of violence or offence an incident is, or that this is unclear."""

    PHYSICAL = "physical"
    SEXUAL = "sexual"
    PSYCHOLOGICAL = "psychological"
    NEGLECT = "neglect"
    STALKING = "stalking"
    COERCIVE_CONTROL = "coercive-control"
    PROPERTY = "property"
    OTHER = "other"
    UNKNOWN = "unknown"


class InformationSource(StrEnum):
    """From whom or what we know it."""

    OBSERVED = "observed"
    VICTIM = "victim"
    CHILD = "child"
    PERPETRATOR = "perpetrator"
    WITNESS = "witness"
    PROFESSIONAL = "professional"
    DOCUMENT = "document"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """How sure it is: seen or proven, told by somebody, or only suspected."""

    ESTABLISHED = "established"
    TOLD = "told"
    SUSPECTED = "suspected"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


class Gravity(StrEnum):
    """How grave it is, from worrying to danger to life."""

    WORRYING = "worrying"
    SERIOUS = "serious"
    SEVERE = "severe"
    LIFE_THREATENING = "life-threatening"


class Incident(Value):
    """Incident: by whom, against whom, of what kind, when. ``unknown`` is an answer.

    ``source``, ``certainty`` and ``gravity`` are None where nobody was asked (version 1).

    Raises:
        ValueError: when it ended before it began.
    """

    incident_id: ItemId
    kind: IncidentKind
    by: Annotated[tuple[MemberId, ...], Field(min_length=1)] = (UNKNOWN,)
    against: Annotated[tuple[MemberId, ...], Field(min_length=1)] = (UNKNOWN,)
    began_at: UtcDateTime
    ended_at: UtcDateTime | None = None
    source: InformationSource | None = None
    certainty: Certainty | None = None
    gravity: Gravity | None = None
    text: PersonalText

    @field_validator("ended_at")
    @classmethod
    def ends_after_it_begins(
        cls, ended_at: datetime | None, info: ValidationInfo
    ) -> datetime | None:
        began_at = info.data.get("began_at")
        if ended_at is not None and began_at is not None and ended_at < began_at:
            raise ValueError(f"lies before began_at ({began_at:%Y-%m-%d %H:%M} UTC)")
        return ended_at


class IncidentFact(StrEnum):
    """What can be unclear about an incident."""

    BY = "by"
    AGAINST = "against"
    KIND = "kind"
    SOURCE = "source"
    CERTAINTY = "certainty"


class Clarification(Value):
    """What has become clear about an incident. What is None stays as it was.

    Raises:
        ValueError: when nothing has become clear.
    """

    by: Annotated[tuple[MemberId, ...], Field(min_length=1)] | None = None
    against: Annotated[tuple[MemberId, ...], Field(min_length=1)] | None = None
    kind: IncidentKind | None = None
    source: InformationSource | None = None
    certainty: Certainty | None = None
    gravity: Gravity | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(value is None for _, value in self):
            raise ValueError("says nothing; name at least one fact that has become clear")
        return self


class ReporterKind(StrEnum):
    """In what capacity somebody reports."""

    PROFESSIONAL = "professional"
    NEIGHBOUR = "neighbour"
    RELATIVE = "relative"
    FAMILY = "family"
    ANONYMOUS = "anonymous"


class Report(Value):
    """Melding: what a reporter brought to an agency's attention.

    ``reporter_agency`` is the agency to be told what came of it; None when the receiving agency
    tells the reporter itself. ``reporter_kind`` is None where nobody was asked (version 1).
    """

    report_id: ItemId
    reporter: FamilyLine
    reporter_kind: ReporterKind | None = None
    reporter_agency: AgencyCode | None = None
    about: tuple[MemberId, ...] = ()
    incident_id: ItemId | None = None
    text: PersonalText


class Note(Value):
    """A remark that may hold the core of the problem and must not get lost."""

    note_id: ItemId
    about: tuple[MemberId, ...] = ()
    text: PersonalText
