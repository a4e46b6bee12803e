"""One family as a professional sees it: what their agency owes first, then the plan.

What is kept from them is said; what they may see is decided by the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response

from domain.calendar import dutch_day
from domain.need_to_know.viewer import Viewer
from domain.values import PlanStatus
from projections.current_plan import PLAN, PlanView
from projections.emergency_access import EMERGENCY_ACCESS
from projections.open_questions import QUESTIONS
from projections.question_model import QuestionsView
from projections.terms import TERMS, TermsView
from services.clock import utc_now
from services.views.errors import NotAParty
from services.web.pages.duties import Task, Tasks, late_first
from services.web.pages.labels import mark
from services.web.pages.my_families import visits_of
from services.web.pages.news import MOST_LINES, lines_of
from services.web.pages.our_plan import actions_of
from services.web.pages.page import Page, ProfessionalPage
from services.web.routes import Family

VIEW = "my-family"
MOST_TOLD = 40
REPORT = mark("A report")
NOTE = mark("Note")


@dataclass(frozen=True)
class Told:
    """Something that happened, was reported or was noticed."""

    at: datetime
    kind: str
    text: str


router = APIRouter(prefix="/my/families/{family_id}")


@router.get("")
def my_family(page: ProfessionalPage, family_id: Family) -> Response:
    """The plan, as far as this professional may see it."""
    viewer, now = page.viewer, utc_now()
    try:
        audience = page.views.admit(viewer, family_id, VIEW, page.why)
    except NotAParty:
        return page.render("mine/no_party.html", 404, family_id=family_id)
    found = page.views.ask_all((PLAN, QUESTIONS, TERMS), viewer, family_id, page.why)
    seen, questions, terms = found.shown(PLAN), found[QUESTIONS], found[TERMS]
    until = _until(page, family_id) if audience.emergency else None
    person_id, visits = viewer.person_id or "", visits_of(page)
    place = visits.places(person_id, [family_id], now).get(family_id)
    since = {family_id: None if place is None else place.version}
    glance = page.views.glances(viewer, since, page.why)[family_id]
    visits.note(person_id, family_id, glance.version, now)
    names = {one.member_id: one.name for one in seen.view.members + seen.view.former_members}
    news = lines_of(page, glance.news or (), names)
    tasks, told = Tasks(page.words, dutch_day(now)), _told(page, seen.view)
    return page.render(
        "mine/family.html",
        plan=seen.view,
        questions=questions,
        names=names,
        todo=_owed(tasks, viewer, seen.view, questions, terms),
        told=told[:MOST_TOLD],
        more_told=len(told) - MOST_TOLD,
        news=news[:MOST_LINES],
        more_news=len(news) - MOST_LINES,
        place=place,
        withheld=seen.withheld,
        partly=seen.partly,
        emergency_until=until,
        closed=seen.view.status is PlanStatus.CLOSED,
    )


def _owed(
    tasks: Tasks, viewer: Viewer, plan: PlanView, questions: QuestionsView, terms: TermsView
) -> list[Task]:
    """What the agency owes this family, late first."""
    family_id, agency = plan.family_id, viewer.agency
    owed = [tasks.of_term(family_id, one) for one in terms.due if one.owner == agency]
    owed += [
        tasks.of_question(family_id, one) for one in questions.open if one.owner.agency == agency
    ]
    if plan.status is PlanStatus.OPEN:
        owed += [
            tasks.of_action(family_id, one)
            for one in actions_of(plan)
            if one.state == "open" and one.owner.agency == agency
        ]
    return late_first(owed)


def _told(page: Page, plan: PlanView) -> list[Told]:
    """Incidents, reports and notes together, the latest first."""
    words = page.words
    told = [Told(one.began_at, words.label(one.kind), one.text) for one in plan.incidents]
    told += [Told(one.occurred_at, words.gettext(REPORT), one.text) for one in plan.reports]
    told += [Told(one.occurred_at, words.gettext(NOTE), one.text) for one in plan.notes]
    return sorted(told, key=lambda one: one.at, reverse=True)


def _until(page: Page, family_id: str) -> datetime | None:
    """Until when one's own emergency access runs."""
    found = page.views.ask(EMERGENCY_ACCESS, page.viewer, family_id, because=page.why).view
    running = [
        one.until
        for one in (*found.unreviewed, *found.reviewed)
        if one.running
        and one.agency == page.viewer.agency
        and one.person_id in {None, page.viewer.person_id}
    ]
    return max(running, default=None)
