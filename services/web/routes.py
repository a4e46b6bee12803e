"""The views over HTTP. All reading goes through PartyViews."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from domain.values import FamilyId, Token, UtcDateTime
from projections.family_timeline import TimelinePage
from projections.lead_caseload import Caseload
from projections.registry import AGENCY_VIEWS, COMMON_VIEWS, FAMILY_VIEWS
from projections.views import AgencyView, CommonView, FamilyView
from services.views.party_views import FamiliesPage, PartyViews
from services.views.questions import MOST_FAMILIES, Cursor, EntryLimit, FamilyLimit
from services.web.access import AskingAgency
from services.web.responses import responses as _responses

NEXT_PAGE = "The `next` of the page before."


def _views(request: Request) -> PartyViews:
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
Limit = Annotated[FamilyLimit, Query(description="Entries on the page.")]
After = Annotated[Cursor | None, Query(description=NEXT_PAGE)]

router = APIRouter(prefix="/api/v1")


@router.get(
    "/families",
    tags=["families"],
    summary="The families your agency takes part in",
    responses=_responses(),
)
def families(
    agency: AskingAgency,
    views: Views,
    limit: Limit = MOST_FAMILIES,
    after: After = None,
) -> FamiliesPage:
    """Those it takes part in now, the longest first; closed plans are among them."""
    return views.families(agency, limit, after)


def _add_family_view(view: FamilyView[Any]) -> None:
    @router.get(
        f"/families/{{family_id}}/{view.name}",
        name=view.name,
        tags=["families"],
        summary=view.about,
        description="As it is, or as it was known at a moment. For parties of the plan only.",
        response_model=view.model,
        responses=_responses(404),
    )
    def read(
        agency: AskingAgency, views: Views, family_id: Family, known_at: KnownAt = None
    ) -> Any:
        return views.family(view, agency, family_id, known_at)


def _add_agency_view(view: AgencyView[Any]) -> None:
    @router.get(
        f"/{view.name}",
        name=view.name,
        tags=["agencies"],
        summary=view.about,
        description="Your agency's own work, over all families.",
        response_model=view.model,
        responses=_responses(),
    )
    def read(
        agency: AskingAgency, views: Views, limit: Limit = MOST_FAMILIES, after: After = None
    ) -> Any:
        return views.agency(view, agency, limit, after)


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
    def read(_agency: AskingAgency, views: Views) -> Any:
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
    responses=_responses(404),
)
def timeline(
    agency: AskingAgency,
    views: Views,
    family_id: Family,
    limit: Annotated[EntryLimit, Query(description="Entries on the page.")] = 100,
    after: After = None,
) -> TimelinePage:
    """Every event of the family, sorted by when it happened. For parties of the plan only."""
    return views.timeline(agency, family_id, limit, after)


@router.get(
    "/leads/{person_id}/caseload",
    tags=["leads"],
    summary="The families that a lead of your agency leads",
    responses=_responses(),
)
def caseload(
    agency: AskingAgency,
    views: Views,
    person_id: Annotated[Token, Path(description="The lead's id.")],
) -> Caseload:
    """Empty for anybody who leads no plan for your agency."""
    return views.caseload(agency, person_id)
