"""The lead's caseload."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from services.web.pages.page import LeadPage

router = APIRouter(prefix="/caseload")


@router.get("")
def caseload(page: LeadPage) -> Response:
    """The families that somebody leads."""
    found = page.views.caseload(page.viewer, page.viewer.person_id or "", page.why)
    return page.render("caseload/page.html", caseload=found)
