"""Who takes part: family and network, lead caseworker, agencies."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import model_validator

from domain.values.base import (
    AgencyCode,
    FamilyLine,
    FamilyText,
    MemberId,
    Name,
    StaffText,
    Token,
    Value,
)
from domain.values.marks import NAMED


class Role(StrEnum):
    """In what capacity somebody acts."""

    AGENCY = "agency"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class AgencyKind(StrEnum):
    """What kind of agency it is: the law gives each kind its own grounds to know something."""

    POLICE = "police"
    PROSECUTION = "prosecution"
    VICTIM_SUPPORT = "victim-support"
    PROBATION = "probation"
    CHILD_PROTECTION = "child-protection"
    HALT = "halt"
    YOUTH_CARE = "youth-care"
    VEILIG_THUIS = "veilig-thuis"
    SCHOOL = "school"
    SHELTER = "shelter"
    MUNICIPALITY = "municipality"
    HEALTH_CARE = "health-care"


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


class FamilyMember(Value):
    """Somebody of the family or of its network (gezinslid)."""

    member_id: MemberId
    name: Name
    role: FamilyRole
    birth_date: Annotated[date | None, NAMED] = None


class LeadCaseworker(Value):
    """The one professional who leads the plan (casusregisseur)."""

    person_id: Token
    name: Name
    agency: AgencyCode


class HandoverOffer(Value):
    """Who is asked to take the lead over, why, and what the lead has to say to them alone."""

    incoming: LeadCaseworker
    reason: StaffText
    words: FamilyText | None = None


class Party(Value):
    """An agency that takes part in the plan (betrokken partij), and what for."""

    agency: AgencyCode
    task: FamilyLine


class OwnerKind(StrEnum):
    """On whose side somebody stands who takes something on."""

    FAMILY = "family"
    NETWORK = "network"
    PROFESSIONAL = "professional"


class Owner(Value):
    """Who takes something on. ``kind`` is None where an older version did not ask.

    Raises:
        ValueError: when a professional's agency is missing, or an agency is given for somebody
            who is not a professional.
    """

    name: Name
    kind: OwnerKind | None = None
    member_id: MemberId | None = None
    agency: AgencyCode | None = None

    @model_validator(mode="after")
    def _a_professional_has_an_agency(self) -> Self:
        if self.kind is OwnerKind.PROFESSIONAL and self.agency is None:
            raise ValueError("a professional works for an agency; name it in agency")
        if self.kind is not OwnerKind.PROFESSIONAL and self.agency is not None:
            raise ValueError("only a professional has an agency")
        return self
