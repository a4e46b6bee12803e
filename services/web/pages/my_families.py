"""A professional's own families: what their agency owes, and what is new since they looked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from domain.calendar import dutch_day
from projections.terms import DUTIES
from services.clock import utc_now
from services.views.questions import Cursor
from services.web.pages.duties import Tasks, late_first
from services.web.pages.news import lines_of
from services.web.pages.page import Page, ProfessionalPage
from services.web.visits import Visits

ON_A_PAGE = 40
"""Families on one page."""
MOST_DUTIES = 100

router = APIRouter(prefix="/my/families")


@router.get("")
def my_families(
    page: ProfessionalPage, after: Annotated[Cursor | None, Query()] = None
) -> Response:
    """The families in whose plans one's agency takes part."""
    viewer, now = page.viewer, utc_now()
    found = page.views.families(viewer, ON_A_PAGE, after, page.why)
    owed = page.views.agency(DUTIES, viewer, MOST_DUTIES, because=page.why)
    ids = [one.family_id for one in found.families]
    places = visits_of(page).places(viewer.person_id or "", ids, now)
    since = {one: places[one].version if one in places else None for one in ids}
    glances = page.views.glances(viewer, since, page.why)
    tasks = Tasks(page.words, dutch_day(now))
    todo = [tasks.of_term(one.family_id, one) for one in owed.duties]
    for family_id, glance in glances.items():
        todo += [tasks.of_question(family_id, one) for one in glance.questions]
        todo += [tasks.of_day(family_id, one) for one in glance.due]
    news = {
        family_id: None if one.news is None else len(lines_of(page, one.news))
        for family_id, one in glances.items()
    }
    return page.render(
        "mine/families.html",
        families=[one for one in found.families if one.family_id in glances],
        next=found.next,
        glances=glances,
        todo=late_first(todo),
        more_todo=owed.next is not None,
        news=news,
        places=places,
        now=now,
    )


def visits_of(page: Page) -> Visits:
    """Where somebody's visits are kept."""
    visits: Visits = page.request.app.state.visits
    return visits
