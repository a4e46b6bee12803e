"""A family's plan on one screen, for its lead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from domain.values import PlanStatus
from projections.contact_load import CONTACT_LOAD
from projections.current_plan import PLAN
from projections.measures import MEASURES
from projections.open_questions import QUESTIONS
from projections.plan_agenda import AGENDA
from projections.signals import SIGNALS
from projections.terms import TERMS
from services.views.several import Several
from services.web.pages.family_shown import FamilyShown
from services.web.pages.live import family_subject
from services.web.pages.page import FOR_LEADS, LeadPage, Page
from services.web.pages.parts import Have, Part, changed_parts, parts_of
from services.web.pages.streams import LivePage, OpenPage, changes
from services.web.pages.work.menu import Menu
from services.web.routes import Family

VIEWS = (PLAN, AGENDA, QUESTIONS, SIGNALS, CONTACT_LOAD, MEASURES, TERMS)
MAIN = ("attention", "soon", "goals", "questions")
ASIDE = ("people", "agreements", "agencies", "contacts")
PARTS = ("heading", *MAIN, *ASIDE)

router = APIRouter(prefix="/families/{family_id}", dependencies=[FOR_LEADS])

Version = Annotated[int, Query(ge=0, description="The version of the plan that the page shows.")]


@router.get("")
def family(page: LeadPage, family_id: Family) -> Response:
    """The plan."""
    found = _found(page, family_id)
    parts = {one.name: one for one in _parts(page, found)}
    return page.render(
        "family/page.html",
        shown=FamilyShown(found, page.words, page.agency_name),
        menu=_menu(found),
        heading=parts["heading"],
        main=[parts[name] for name in MAIN],
        aside=[parts[name] for name in ASIDE],
    )


@router.get("/changes")
def family_changes(page: OpenPage, family_id: Family, have: Have) -> Response:
    """What is different from what the page has."""
    return changed_parts(page, _parts(page, _found(page, family_id)), have)


async def _is_newer(page: LivePage, family_id: Family, version: Version = 0) -> bool:
    now = await page.in_thread(lambda page: page.views.version(page.viewer, family_id, page.why))
    return now != version


@router.get("/live", response_class=EventSourceResponse)
async def family_live(
    page: LivePage, family_id: Family, newer: Annotated[bool, Depends(_is_newer)]
) -> AsyncIterator[ServerSentEvent]:
    """That something changed in the family."""
    async for event in changes(page, [family_subject(family_id)], now=newer):
        yield event


def _found(page: Page, family_id: str) -> Several:
    return page.views.ask_all(VIEWS, page.viewer, family_id, page.why)


def _parts(page: Page, found: Several) -> tuple[Part, ...]:
    shown = FamilyShown(found, page.words, page.agency_name)
    return parts_of(page, "family", PARTS, shown=shown, menu=_menu(found))


def _menu(found: Several) -> Menu:
    plan = found[PLAN]
    return Menu(plan.family_id, is_open=plan.status is PlanStatus.OPEN)
