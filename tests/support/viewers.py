"""Viewers for the tests: agencies by their codes, and people."""

from __future__ import annotations

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyKind

AUDITOR = Viewer(role=ViewerRole.AUDITOR, person_id="auditor")
ADMINISTRATOR = Viewer(role=ViewerRole.ADMINISTRATOR, person_id="admin")


def agency(code: str, kind: AgencyKind | None = None) -> Viewer:
    """The system of an agency whose code is its kind, unless said otherwise."""
    return Viewer(role=ViewerRole.AGENCY, agency=code, agency_kind=kind or AgencyKind(code))


def professional(code: str, person_id: str = "els") -> Viewer:
    """Somebody who works for an agency."""
    return Viewer(
        role=ViewerRole.PROFESSIONAL,
        agency=code,
        agency_kind=AgencyKind(code),
        person_id=person_id,
    )


def lead(code: str = "police", person_id: str = "lead-1") -> Viewer:
    """A lead caseworker."""
    return Viewer(
        role=ViewerRole.LEAD, agency=code, agency_kind=AgencyKind(code), person_id=person_id
    )


def member(member_id: str, family_id: str = "F1") -> Viewer:
    """A member of a family."""
    return Viewer(
        role=ViewerRole.FAMILY_MEMBER,
        family_id=family_id,
        member_id=member_id,
        person_id=f"person-{member_id}",
    )
