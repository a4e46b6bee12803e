"""Who gets in: whether a viewer has any business with a family, before its history is read."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from domain.need_to_know.audience import Audience
from domain.need_to_know.policy import Onlooker
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import FamilyId
from projections.agency_families import has_plan, is_party
from projections.emergency_access import emergency_until
from projections.lead_caseload import CaseRow
from projections.rows import Reader
from services.views.errors import NotAParty, NotForYou
from services.views.histories import Histories

WHOLE = {ViewerRole.LEAD: Onlooker.LEAD, ViewerRole.AUDITOR: Onlooker.AUDITOR}
"""Who sees all of the families they get into, and so reads the views as they stand."""
OF_AN_AGENCY = frozenset({ViewerRole.AGENCY, ViewerRole.PROFESSIONAL})


_FAMILY_ID: TypeAdapter[str] = TypeAdapter(FamilyId)


def is_family_id(text: str) -> bool:
    """Whether a family could have this id."""
    try:
        _FAMILY_ID.validate_python(text)
    except ValidationError:
        return False
    return True


def enter(
    reader: Reader, histories: Histories, viewer: Viewer, family_id: str, now: datetime
) -> Audience:
    """Who this viewer is to this family.

    A family that does not exist costs the same query as one the viewer has no business with, so
    that the time it takes tells nothing.

    Raises:
        NotAParty: for whoever has no business with it, or when there is no such family.
    """
    if not _gets_in(reader, viewer, family_id, now):
        raise NotAParty
    if viewer.role in WHOLE:
        return Audience(WHOLE[viewer.role])
    audience = histories.audience(viewer, family_id, now)
    if audience is None:
        raise NotAParty
    return audience


def require_agency(viewer: Viewer, *roles: ViewerRole) -> str:
    """The agency whose own work this viewer may see.

    Raises:
        NotForYou: for whoever does not look for an agency, or in another role than these.
    """
    if viewer.agency is None or viewer.role not in (*OF_AN_AGENCY, *roles):
        raise NotForYou
    return viewer.agency


def _gets_in(reader: Reader, viewer: Viewer, family_id: str, now: datetime) -> bool:
    match viewer.role:
        case ViewerRole.AGENCY | ViewerRole.PROFESSIONAL:
            return _agency_gets_in(reader, viewer, family_id, now)
        case ViewerRole.LEAD:
            return _leads(reader, viewer, family_id)
        case ViewerRole.FAMILY_MEMBER:
            return viewer.family_id == family_id and has_plan(reader, family_id)
        case ViewerRole.AUDITOR:
            return has_plan(reader, family_id)
        case ViewerRole.ADMINISTRATOR:
            return False


def _agency_gets_in(reader: Reader, viewer: Viewer, family_id: str, now: datetime) -> bool:
    if viewer.agency is None:
        return False
    if is_party(reader, viewer.agency, family_id):
        return True
    until = emergency_until(reader, family_id, viewer.agency, viewer.person_id, now)
    return until is not None


def _leads(reader: Reader, viewer: Viewer, family_id: str) -> bool:
    rows = reader.select(CaseRow, where={"family_id": family_id})
    lead = rows[0].lead if rows else None
    if lead is None:
        return False
    return (viewer.person_id, viewer.agency) == (lead.person_id, lead.agency)
