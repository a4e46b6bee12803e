"""Who looked, over HTTP. Reading the records is a look at the family too, and leaves its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from domain.need_to_know.viewer import Viewer, ViewerRole
from projections.agency_families import is_party
from projections.sql import SqlReader
from services.access import AccessLog, AccessPath, AccessRecord, Outcome, Purpose
from services.access.page import MOST_RECORDS, AccessPage
from services.access.tracing import trace_id
from services.clock import utc_now
from services.read_model.engine import reading
from services.views.errors import NotAParty
from services.web.access import AskingAgency
from services.web.emergency import Traceparent
from services.web.responses import responses
from services.web.routes import After, Family

router = APIRouter(prefix="/api/v1")

VIEW = "access-records"
"""The view's name in the records of who read the records."""
CATEGORIES = ("access-records",)


@router.get(
    "/families/{family_id}/access-records",
    tags=["families"],
    summary="Who of your agency looked at this family, when and for what",
    responses=responses(404),
)
def access_records(
    request: Request,
    agency: AskingAgency,
    family_id: Family,
    *,
    limit: Annotated[int, Query(ge=1, le=MOST_RECORDS, description="Records on the page.")] = 100,
    after: After = None,
    traceparent: Traceparent = None,
) -> AccessPage:
    """The latest first. For parties of the plan only; each sees what its own people did."""
    access_log: AccessLog = request.app.state.access_log
    with reading(access_log.engine) as connection:
        shown = is_party(SqlReader(connection), agency, family_id)
    page = access_log.of_family(family_id, limit, after, agency=agency) if shown else None
    access_log.note(
        AccessRecord(
            viewer=Viewer(role=ViewerRole.AGENCY, agency=agency),
            family_id=family_id,
            view=VIEW,
            categories=CATEGORIES if shown else (),
            purpose=Purpose.CARE_COORDINATION,
            path=AccessPath.HTTP,
            outcome=Outcome.SHOWN if shown else Outcome.REFUSED,
            correlation_id=trace_id(traceparent),
            at=utc_now(),
            system="web",
        )
    )
    if page is None:
        raise NotAParty
    return page
