"""What can be read of the access records of a family: who looked, when, at what, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.need_to_know.viewer import ViewerRole
from domain.values import AgencyCode, AgencyKind, MemberId
from services.access.record import AccessPath, AccessRecord, Outcome, Purpose

MOST_RECORDS = 500
"""Records on one page."""


class AccessEntry(BaseModel):
    """One look at the family. ``person_id`` and ``member_id`` are ids; names are not kept here.

    ``also`` are the views that were shown together with ``view``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    role: ViewerRole
    agency: AgencyCode | None
    agency_kind: AgencyKind | None
    person_id: str | None
    member_id: MemberId | None
    view: str
    also: tuple[str, ...]
    categories: tuple[str, ...]
    purpose: Purpose
    path: AccessPath
    known_at: datetime | None
    outcome: Outcome
    emergency: bool
    correlation_id: str


class AccessPage(BaseModel):
    """Looks at a family, the latest first; ``next`` is None on the last page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family_id: str
    entries: tuple[AccessEntry, ...]
    next: str | None


def page_of(family_id: str, found: Sequence[tuple[int, AccessRecord]], limit: int) -> AccessPage:
    """The first ``limit`` of the records with their numbers; more of them mean a next page."""
    shown = found[:limit]
    return AccessPage(
        family_id=family_id,
        entries=tuple(_entry(record) for _, record in shown),
        next=str(shown[-1][0]) if len(found) > limit else None,
    )


def for_member(page: AccessPage, member_id: str) -> AccessPage:
    """The page as a member of the family may see it.

    A shelter's name tells where somebody is, and another member's id who of them looked when: both
    are left out, the look itself is not. Our working agreement.
    """
    entries = tuple(_for_member(entry, member_id) for entry in page.entries)
    return page.model_copy(update={"entries": entries})


def _for_member(entry: AccessEntry, member_id: str) -> AccessEntry:
    nobody = {"agency": None, "agency_kind": None, "person_id": None, "member_id": None}
    of_another = entry.role is ViewerRole.FAMILY_MEMBER and entry.member_id != member_id
    if entry.agency_kind is AgencyKind.SHELTER or of_another:
        return entry.model_copy(update=nobody)
    return entry


def _entry(record: AccessRecord) -> AccessEntry:
    viewer = record.viewer
    return AccessEntry(
        at=record.at,
        role=viewer.role,
        agency=viewer.agency,
        agency_kind=viewer.agency_kind,
        person_id=viewer.person_id,
        member_id=viewer.member_id,
        view=record.view,
        also=record.also,
        categories=record.categories,
        purpose=record.purpose,
        path=record.path,
        known_at=record.known_at,
        outcome=record.outcome,
        emergency=record.emergency,
        correlation_id=record.correlation_id,
    )
