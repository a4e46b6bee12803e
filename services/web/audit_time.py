"""What came to be known when, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from domain.values import UtcDateTime
from services.audit.difference import Difference, difference
from services.audit.known import KnownThen, known_then
from services.clock import utc_now
from services.views.errors import BadQuestion
from services.views.past import AsOf
from services.web.audit_history import Auditor
from services.web.because import Why
from services.web.responses import responses
from services.web.routes import Family, Views

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])

EXAMPLE = "2026-03-01T09:30:00Z"
Since = Annotated[
    UtcDateTime,
    Query(description="From (RFC 3339 with an offset; send + as %2B).", examples=[EXAMPLE]),
]
Until = Annotated[
    UtcDateTime, Query(description="To; what is overdue is judged then.", examples=[EXAMPLE])
]
At = Annotated[UtcDateTime, Query(description="The moment (RFC 3339).", examples=[EXAMPLE])]


@router.get(
    "/families/{family_id}/diff",
    summary="What changed in what was known, between two moments",
    responses=responses(403, 404),
)
def diff(  # noqa: PLR0917 - FastAPI's parameters are the request's
    auditor: Auditor, views: Views, family_id: Family, since: Since, until: Until, why: Why
) -> Difference:
    """View by view and item by item: what came, what changed from what to what, what went."""
    if since >= until:
        raise BadQuestion("since", "this moment does not lie before `until`")
    _require_past("until", until)
    moments = (AsOf(since), AsOf(until))
    before, after = views.past(auditor, family_id, "diff", moments, why)
    return difference(before, after)


@router.get(
    "/families/{family_id}/known",
    summary="What the lead could have known at a moment, and what had happened but was not told",
    responses=responses(403, 404),
)
def known(auditor: Auditor, views: Views, family_id: Family, at: At, why: Why) -> KnownThen:
    """What had been recorded by then as its lead could see it. `gap` is what came later."""
    _require_past("at", at)
    then, today = views.past(auditor, family_id, "known-then", (AsOf(at), AsOf()), why)
    return known_then(then, today)


def _require_past(field: str, moment: UtcDateTime) -> None:
    if moment > utc_now():
        raise BadQuestion(field, "this moment lies in the future")
