"""Who looked, over HTTP. Reading the records is a look at the family too, and leaves its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.access import AccessLog
from services.access.page import MOST_RECORDS, AccessPage, for_member
from services.web.access import AskingViewer
from services.web.because import Why
from services.web.responses import responses
from services.web.routes import After, Family, Views

router = APIRouter(prefix="/api/v1")

VIEW = "access-records"
"""The view's name in the records of who read the records."""
OWN_AGENCY = frozenset({ViewerRole.AGENCY, ViewerRole.PROFESSIONAL})


@router.get(
    "/families/{family_id}/access-records",
    tags=["families"],
    summary="Who looked at this family, when and for what",
    responses=responses(404),
)
def access_records(
    request: Request,
    viewer: AskingViewer,
    views: Views,
    family_id: Family,
    why: Why,
    *,
    limit: Annotated[int, Query(ge=1, le=MOST_RECORDS, description="Records on the page.")] = 100,
    after: After = None,
) -> AccessPage:
    """The latest first. An agency sees what its own people did; the family, its lead and auditors
    see everybody's.
    """
    views.admit(viewer, family_id, VIEW, why)
    access_log: AccessLog = request.app.state.access_log
    return as_seen(access_log, viewer, family_id, limit, after)


def as_seen(
    access_log: AccessLog, viewer: Viewer, family_id: str, limit: int, after: str | None
) -> AccessPage:
    """A page of a family's records as this viewer may see them. Raises BadQuestion."""
    agency = viewer.agency if viewer.role in OWN_AGENCY else None
    page = access_log.of_family(family_id, limit, after, agency=agency)
    if viewer.role is ViewerRole.FAMILY_MEMBER:
        return for_member(page, viewer.member_id or "")
    return page
