"""A family's own plan, as one of its members reads it: in plain words, little at a time.

Everything comes through the gate: two parents each read their own cut.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response

from domain.calendar import dutch_day
from projections.current_plan import PLAN, PlanView
from projections.open_questions import QUESTIONS
from projections.plan_model import ActionView
from projections.voice import VOICE, MemberVoice
from services.access import AccessLog
from services.clock import utc_now
from services.views.questions import Cursor
from services.web import access_records
from services.web.pages.page import MemberPage, Page
from services.web.pages.plain import involved, looks_by_day, whose

LOOKS_ON_A_PAGE = 100

router = APIRouter(prefix="/our-plan")


async def _own_family(page: MemberPage) -> str:
    family_id = page.viewer.family_id
    if family_id is None:
        raise HTTPException(403, "you are no member of a family here")
    return family_id


OwnFamily = Annotated[str, Depends(_own_family)]
"""A route's parameter: the family of the member who looks."""


@router.get("")
def our_plan(page: MemberPage, family_id: OwnFamily) -> Response:
    """Where a member begins: who to call, and what is theirs to do."""
    plan = plan_of(page, family_id)
    me = page.viewer.member_id
    mine = [one for one in actions_of(plan) if one.state == "open" and one.owner.member_id == me]
    today = dutch_day(utc_now())
    mine.sort(key=by_day)
    return show(page, "our_plan/start.html", plan=plan, mine=mine, today=today)


@router.get("/agreements")
def agreements(page: MemberPage, family_id: OwnFamily) -> Response:
    """The goals, and who does what by when."""
    plan = plan_of(page, family_id)
    return show(page, "our_plan/agreements.html", plan=plan)


@router.get("/safety")
def safety(page: MemberPage, family_id: OwnFamily) -> Response:
    """What was agreed so that everybody is safe."""
    return show(page, "our_plan/safety.html", plan=plan_of(page, family_id))


@router.get("/people")
def people(page: MemberPage, family_id: OwnFamily) -> Response:
    """Who takes part, and why."""
    plan = plan_of(page, family_id)
    agencies = [involved(page, one) for one in plan.parties]
    return show(page, "our_plan/people.html", plan=plan, agencies=agencies)


@router.get("/looks")
def looks(
    page: MemberPage,
    family_id: OwnFamily,
    after: Annotated[Cursor | None, Query()] = None,
) -> Response:
    """Who looked at the plan, day by day."""
    page.views.admit(page.viewer, family_id, access_records.VIEW, page.why)
    access_log: AccessLog = page.request.app.state.access_log
    found = access_records.as_seen(access_log, page.viewer, family_id, LOOKS_ON_A_PAGE, after)
    days = looks_by_day(page, found.entries)
    return show(page, "our_plan/looks.html", days=days, next=found.next)


@router.get("/questions")
def questions(page: MemberPage, family_id: OwnFamily) -> Response:
    """What is not clear yet, and what became clear."""
    found = page.views.ask(QUESTIONS, page.viewer, family_id, because=page.why).view
    return show(page, "our_plan/questions.html", questions=found)


def plan_of(page: Page, family_id: str) -> PlanView:
    """The plan as this member may see it."""
    return page.views.ask(PLAN, page.viewer, family_id, because=page.why).view


def voice_of(page: Page, family_id: str) -> MemberVoice:
    """What this member said, agreed to and objected to. Raises HTTPException (404)."""
    found = page.views.ask(VOICE, page.viewer, family_id, because=page.why).view
    for one in found.members:
        if one.member_id == page.viewer.member_id:
            return one
    raise HTTPException(404, "you are not in this plan")


def actions_of(plan: PlanView) -> list[ActionView]:
    """All actions, those for a goal first."""
    return [*(one for goal in plan.goals for one in goal.actions), *plan.loose_actions]


def by_day(action: ActionView) -> tuple[bool, str]:
    """What has to be done first comes first; without a day it comes last."""
    return action.due is None, str(action.due)


def show(page: Page, template: str, status: int = 200, **context: Any) -> Response:
    """A page of the family's plan."""
    return page.render(template, status, whose=lambda owner: whose(page, owner), **context)
