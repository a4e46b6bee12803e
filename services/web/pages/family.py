"""A family's plan on one screen, for its lead."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from projections.current_plan import PLAN
from services.web.pages.page import LeadPage
from services.web.routes import Family

router = APIRouter(prefix="/families/{family_id}")


@router.get("")
def family(page: LeadPage, family_id: Family) -> Response:
    """The plan."""
    plan = page.views.ask(PLAN, page.viewer, family_id, because=page.why).view
    return page.render("family/page.html", plan=plan)
