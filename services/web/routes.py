"""The views over HTTP. All reading goes through PartyViews."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from domain.values import FamilyId, Token, UtcDateTime
from projections.family_timeline import TimelinePage
from projections.lead_caseload import Caseload
from projections.registry import AGENCY_VIEWS, COMMON_VIEWS, FAMILY_VIEWS
from projections.views import AgencyView, CommonView, FamilyView
from services.views.agency_views import FamiliesPage
from services.views.party_views import PartyViews
from services.views.past import AsOf
from services.views.questions import MOST_FAMILIES, Cursor, EntryLimit, FamilyLimit
from services.views.shown import Shown
from services.web.access import AskingViewer
from services.web.because import Why
from services.web.responses import responses as _responses
from services.web.written import Written

WITHHELD = "Oneplan-Withheld"
"""Header with the categories of data of which the asker sees nothing, with commas between."""
PARTLY = "Oneplan-Partly"
"""Header with those of which the asker sees their own, or what was agreed to."""
WRITTEN = Written()
NEXT_PAGE = "The `next` of the page before."


async def _views(request: Request) -> PartyViews:
    views: PartyViews = request.app.state.views
    return views


Views = Annotated[PartyViews, Depends(_views)]
Family = Annotated[FamilyId, Path(description="The family's id.")]

KnownAt = Annotated[
    UtcDateTime | None,
    Query(
        description="As it was known at this moment (RFC 3339 with an offset; send + as %2B).",
        examples=["2026-03-01T09:30:00Z"],
    ),
]
HappenedUntil = Annotated[
    UtcDateTime | None,
    Query(
        description="Of what is or was known, only what had happened by this moment (RFC 3339). "
        "What rests on something later is left out too; what counts as overdue is judged then.",
        examples=["2026-02-28T23:59:59Z"],
    ),
]
Limit = Annotated[FamilyLimit, Query(description="Entries on the page.")]
After = Annotated[Cursor | None, Query(description=NEXT_PAGE)]

router = APIRouter(prefix="/api/v1")

V = TypeVar("V", bound=BaseModel)


def _told(found: Shown[V]) -> Response:
    """The view; the headers say what the policy table keeps from who asks.

    It is written here, in the thread that read it: FastAPI would take a thread once more to see
    that a view is one.
    """
    return Response(
        WRITTEN.json(found.view),
        media_type="application/json",
        headers={WITHHELD: ", ".join(found.withheld), PARTLY: ", ".join(found.partly)},
    )


@router.get(
    "/families",
    tags=["families"],
    summary="The families your agency takes part in",
    responses=_responses(403),
)
def families(
    viewer: AskingViewer,
    views: Views,
    why: Why,
    limit: Limit = MOST_FAMILIES,
    after: After = None,
) -> FamiliesPage:
    """Those it takes part in now, the longest first; closed plans are among them."""
    return views.families(viewer, limit, after, why)


def _add_family_view(view: FamilyView[Any]) -> None:
    @router.get(
        f"/families/{{family_id}}/{view.name}",
        name=view.name,
        tags=["families"],
        summary=view.about,
        description="As it is, as it was known at a moment, or as it was at a moment in what is "
        "known. For parties of the plan only.",
        response_model=view.model,
        responses=_responses(404),
    )
    def read(  # noqa: PLR0917 - FastAPI's parameters are the request's
        viewer: AskingViewer,
        views: Views,
        family_id: Family,
        why: Why,
        known_at: KnownAt = None,
        happened_until: HappenedUntil = None,
    ) -> Response:
        found = views.ask(view, viewer, family_id, known_at, why, happened_until=happened_until)
        return _told(found)


def _add_agency_view(view: AgencyView[Any]) -> None:
    @router.get(
        f"/{view.name}",
        name=view.name,
        tags=["agencies"],
        summary=view.about,
        description="Your agency's own work, over all families.",
        response_model=view.model,
        responses=_responses(403),
    )
    def read(
        viewer: AskingViewer,
        views: Views,
        why: Why,
        limit: Limit = MOST_FAMILIES,
        after: After = None,
    ) -> Any:
        return views.agency(view, viewer, limit, after, why)


def _add_common_view(view: CommonView[Any]) -> None:
    @router.get(
        f"/{view.name}",
        name=view.name,
        tags=["learning"],
        summary=view.about,
        description="The same for every agency.",
        response_model=view.model,
        responses=_responses(),
    )
    def read(_viewer: AskingViewer, views: Views) -> Any:
        return views.common(view)


for one in FAMILY_VIEWS:
    _add_family_view(one)
for other in AGENCY_VIEWS:
    _add_agency_view(other)
for another in COMMON_VIEWS:
    _add_common_view(another)


@router.get(
    "/families/{family_id}/timeline",
    tags=["families"],
    summary="What happened, in order",
    response_model=TimelinePage,
    responses=_responses(404),
)
def timeline(  # noqa: PLR0917 - FastAPI's parameters are the request's
    viewer: AskingViewer,
    views: Views,
    family_id: Family,
    why: Why,
    limit: Annotated[EntryLimit, Query(description="Entries on the page.")] = 100,
    after: After = None,
    known_at: KnownAt = None,
    happened_until: HappenedUntil = None,
) -> Response:
    """What happened that you may see, sorted by when it happened. For parties of the plan only.

    The moments must be the same for each page.
    """
    as_of = AsOf(known_at, happened_until)
    return _told(views.timeline(viewer, family_id, limit, after, why, as_of=as_of))


@router.get(
    "/leads/{person_id}/caseload",
    tags=["leads"],
    summary="The families that a lead of your agency leads",
    responses=_responses(403),
)
def caseload(
    viewer: AskingViewer,
    views: Views,
    why: Why,
    person_id: Annotated[Token, Path(description="The lead's id.")],
) -> Caseload:
    """Empty for anybody who leads no plan for your agency."""
    return views.caseload(viewer, person_id, why)
