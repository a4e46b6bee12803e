"""Who looks: an agency's system, or a person in a role."""

from __future__ import annotations

from enum import StrEnum

from domain.values import AgencyCode, AgencyKind, FamilyId, MemberId, Token, Value


class ViewerRole(StrEnum):
    """In what capacity somebody looks."""

    AGENCY = "agency"
    PROFESSIONAL = "professional"
    LEAD = "lead"
    FAMILY_MEMBER = "family-member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Viewer(Value):
    """Somebody who looks, as whoever let them in knows them.

    ``person_id`` is None for an agency's system; ``agency`` and ``agency_kind`` are those of an
    agency's system, a professional or a lead; ``family_id`` and ``member_id`` say which member of
    which family somebody is.
    """

    role: ViewerRole
    person_id: Token | None = None
    agency: AgencyCode | None = None
    agency_kind: AgencyKind | None = None
    family_id: FamilyId | None = None
    member_id: MemberId | None = None
