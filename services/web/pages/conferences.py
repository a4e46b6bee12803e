"""Case conferences: one that is called, walked through on the day, closed, and printed."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from projections.conferences import CONFERENCES
from projections.current_plan import PLAN
from projections.open_questions import QUESTIONS
from projections.signals import SIGNALS
from services.web.pages.findings import called
from services.web.pages.page import LeadPage
from services.web.pages.work.facts import Facts
from services.web.pages.work.pages import ItemPath
from services.web.pages.work.registry import COMMANDS
from services.web.routes import Family

VIEWS = (PLAN, QUESTIONS, SIGNALS, CONFERENCES)

router = APIRouter(prefix="/families/{family_id}/conferences")


@router.get("")
def conferences(page: LeadPage, family_id: Family) -> Response:
    """All of them, the latest first."""
    found = page.views.ask_all((PLAN, CONFERENCES), page.viewer, family_id, page.why)
    held = tuple(reversed(found[CONFERENCES].conferences))
    return page.render(
        "conferences/all.html",
        family_id=family_id,
        conferences=held,
        called=called(found[PLAN].members, family_id),
        call=COMMANDS["conference"],
    )


@router.get("/{conference_id}")
def conference(page: LeadPage, family_id: Family, conference_id: ItemPath) -> Response:
    """The agenda, point by point, and what was decided on each."""
    found = page.views.ask_all(VIEWS, page.viewer, family_id, page.why)
    facts = Facts(page, found, conference_id)
    if facts.conference is None:
        raise HTTPException(404, "the plan has no such conference")
    return page.render(
        "conferences/page.html",
        family_id=family_id,
        facts=facts,
        conference=facts.conference,
        called=called(facts.plan.members, family_id),
        decide=COMMANDS["decide"].path(family_id, conference_id),
        close=COMMANDS["close-conference"].path(family_id, conference_id),
    )
