"""The value objects of a family's plan. The glossary of the design names them.

All are frozen; all texts are bounded; all times are in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

TEXT_LIMIT = 20_000
"""Characters in one free text. A report of that length is ten printed pages."""

UNKNOWN: Literal["unknown"] = "unknown"

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""An identifier that is one NATS subject token: 1 to 64 letters, digits, ``-`` and ``_``."""

FamilyId = Token
MemberId = Token
ItemId = Token
AgencyCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
"""The short name of an agency, for example ``police`` or ``veilig-thuis``."""

Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
UtcDateTime = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
"""A moment with an offset (RFC 3339), held in UTC."""


class Value(BaseModel):
    """Base of the value objects: frozen, no unknown fields, surrounding blanks cut off."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Role(StrEnum):
    """In what capacity somebody acts."""

    AGENCY = "agency"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class FamilyRole(StrEnum):
    """A member's place in the family or in its network."""

    PARENT = "parent"
    CHILD = "child"
    PARTNER = "partner"
    EX_PARTNER = "ex-partner"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    FOSTER_PARENT = "foster-parent"
    RELATIVE = "relative"
    NETWORK = "network"


class LifeDomain(StrEnum):
    """Leefgebied: the part of life that a goal or concern is about (1Gezin1Plan practice)."""

    SAFETY = "safety"
    PARENTING = "parenting"
    DEVELOPMENT = "development"
    WORK_AND_SCHOOL = "work-and-school"
    FINANCES = "finances"
    HOUSING = "housing"
    PHYSICAL_HEALTH = "physical-health"
    MENTAL_HEALTH = "mental-health"
    ADDICTION = "addiction"
    RELATIONS = "relations"
    SOCIAL_NETWORK = "social-network"
    JUSTICE = "justice"


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


class GoalResult(StrEnum):
    """How a goal ended."""

    REACHED = "reached"
    PARTLY_REACHED = "partly-reached"
    DROPPED = "dropped"


class PlanStatus(StrEnum):
    """Whether the plan takes changes."""

    OPEN = "open"
    CLOSED = "closed"


class FamilyMember(Value):
    """Somebody of the family or of its network (gezinslid)."""

    member_id: MemberId
    name: Line
    role: FamilyRole
    birth_date: date | None = None


class LeadCaseworker(Value):
    """The one professional who leads the plan (casusregisseur)."""

    person_id: Token
    name: Line
    agency: AgencyCode


class Party(Value):
    """An agency that takes part in the plan (betrokken partij), and what for."""

    agency: AgencyCode
    task: Line


class Concern(Value):
    """Zorg: what people worry about."""

    concern_id: ItemId
    life_domain: LifeDomain
    about: tuple[MemberId, ...] = ()
    text: Text


class Goal(Value):
    """Doel: what the family wants to reach in one life domain."""

    goal_id: ItemId
    life_domain: LifeDomain
    text: Text


class Action(Value):
    """Actie: who does what by when, for a goal or on its own."""

    action_id: ItemId
    goal_id: ItemId | None = None
    owner: Line
    text: Text
    due: date | None = None


class Incident(Value):
    """Incident: by whom, against whom, of what kind, when. ``unknown`` is an answer.

    Raises:
        ValueError: when it ended before it began.
    """

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
        began_at = info.data.get("began_at")
        if ended_at is not None and began_at is not None and ended_at < began_at:
            raise ValueError(f"lies before began_at ({began_at:%Y-%m-%d %H:%M} UTC)")
        return ended_at


class Report(Value):
    """Melding: what a reporter brought to an agency's attention."""

    report_id: ItemId
    reporter: Line
    about: tuple[MemberId, ...] = ()
    incident_id: ItemId | None = None
    text: Text


class Note(Value):
    """A remark that may hold the core of the problem and must not get lost."""

    note_id: ItemId
    about: tuple[MemberId, ...] = ()
    text: Text


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a moment without an offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset (RFC 3339), for example 2026-03-01T09:30:00Z")
    return moment.astimezone(UTC)
