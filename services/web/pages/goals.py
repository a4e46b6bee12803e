"""Goals: the form that sets one."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from domain.values import LifeDomain
from services.contracts.data.work import GoalSetV2Data
from services.web.pages.forms import Form, SentForm, form_for, give
from services.web.pages.page import LeadPage, Page
from services.web.routes import Family

VIEW = "goal-form"

router = APIRouter(prefix="/families/{family_id}/goals")


@router.get("/new")
def new_goal(page: LeadPage, family_id: Family) -> Response:
    """The form."""
    page.views.admit(page.viewer, family_id, VIEW, page.why)
    return _form(page, family_id, form_for(page))


@router.post("/new")
def set_goal(page: LeadPage, family_id: Family, form: SentForm) -> Response:
    """Set the goal."""
    if give(page, family_id, form, GoalSetV2Data, goal_id=form.new_id("goal")):
        return page.see_other(f"/families/{family_id}", page.words.gettext("The goal is set."))
    return _form(page, family_id, form, 422)


def _form(page: Page, family_id: str, form: Form, status: int = 200) -> Response:
    return page.render(
        "goals/new.html", status, family_id=family_id, form=form, life_domains=list(LifeDomain)
    )
