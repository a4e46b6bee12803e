"""What a professional writes in a family's plan: given as their agency, decided by the domain.

An agency's event with the same data is taken by the same rules (services/intake/commands).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from domain.calendar import AMSTERDAM
from domain.values import ItemId, Manner, OwnerKind, ReporterKind
from projections.current_plan import PLAN, PlanView
from projections.open_questions import QUESTIONS
from projections.plan_model import ActionView
from projections.question_model import OpenQuestionView
from services.contracts.data.incidents import (
    NoteAddedData,
    QuestionAnsweredData,
    QuestionAskedData,
)
from services.contracts.data.reports import ReportReceivedV2Data
from services.contracts.data.voice import ConversationHeldData
from services.contracts.data.work import ActionCompletedData
from services.web.pages.forms import Form, SentForm, form_for, give
from services.web.pages.our_plan import actions_of
from services.web.pages.page import Page, ProfessionalPage
from services.web.routes import Family

WORDS = "words-"
"""What the fields begin with that hold what a member wants others to know."""

router = APIRouter(prefix="/my/families/{family_id}")


@router.get("/questions/new")
def new_question(page: ProfessionalPage, family_id: Family) -> Response:
    """The form for a question, which goes to the lead unless another is named."""
    plan = _plan(page, family_id)
    lead = plan.lead
    start = {} if lead is None else {"owner.name": lead.name, "owner.agency": lead.agency}
    return _form(page, "question", plan, form_for(page, start))


@router.post("/questions/new")
def ask(page: ProfessionalPage, family_id: Family, form: SentForm) -> Response:
    """Ask it."""
    typed = {name: form.value(f"owner.{name}").strip() for name in ("name", "agency")}
    owner = {name: value for name, value in typed.items() if value}
    given = {
        "question_id": form.new_id("question"),
        "owner": {**owner, "kind": OwnerKind.PROFESSIONAL},
    }
    if give(page, family_id, form, QuestionAskedData, **given):
        return _back(page, family_id, page.words.gettext("The question is asked."))
    return _form(page, "question", _plan(page, family_id), form, 422)


@router.get("/questions/{question_id}/answer")
def new_answer(page: ProfessionalPage, family_id: Family, question_id: ItemId) -> Response:
    """The form for an answer."""
    question = _question(page, family_id, question_id)
    return _form(page, "answer", _plan(page, family_id), form_for(page), question=question)


@router.post("/questions/{question_id}/answer")
def answer(
    page: ProfessionalPage, family_id: Family, question_id: ItemId, form: SentForm
) -> Response:
    """Answer it."""
    question = _question(page, family_id, question_id)
    if give(page, family_id, form, QuestionAnsweredData, question_id=question_id):
        return _back(page, family_id, page.words.gettext("The answer is in the plan."))
    return _form(page, "answer", _plan(page, family_id), form, 422, question=question)


@router.get("/actions/{action_id}/done")
def new_done(page: ProfessionalPage, family_id: Family, action_id: ItemId) -> Response:
    """The form that says an action was done."""
    plan = _plan(page, family_id)
    return _form(page, "done", plan, form_for(page), action=_action(page, plan, action_id))


@router.post("/actions/{action_id}/done")
def done(page: ProfessionalPage, family_id: Family, action_id: ItemId, form: SentForm) -> Response:
    """It was done."""
    plan = _plan(page, family_id)
    action = _action(page, plan, action_id)
    if give(page, family_id, form, ActionCompletedData, action_id=action_id):
        return _back(page, family_id, page.words.gettext("The action is done."))
    return _form(page, "done", plan, form, 422, action=action)


@router.get("/notes/new")
def new_note(page: ProfessionalPage, family_id: Family) -> Response:
    """The form for a remark."""
    return _form(page, "note", _plan(page, family_id), form_for(page))


@router.post("/notes/new")
def add_note(page: ProfessionalPage, family_id: Family, form: SentForm) -> Response:
    """Keep the remark."""
    if give(page, family_id, form, NoteAddedData, note_id=form.new_id("note")):
        return _back(page, family_id, page.words.gettext("The note is kept."))
    return _form(page, "note", _plan(page, family_id), form, 422)


@router.get("/reports/new")
def new_report(page: ProfessionalPage, family_id: Family) -> Response:
    """The form for a report that came in at one's agency."""
    return _form(page, "report", _plan(page, family_id), form_for(page))


@router.post("/reports/new")
def receive(page: ProfessionalPage, family_id: Family, form: SentForm) -> Response:
    """Put the report on record."""
    if give(page, family_id, form, ReportReceivedV2Data, report_id=form.new_id("report")):
        return _back(page, family_id, page.words.gettext("The report is in the plan."))
    return _form(page, "report", _plan(page, family_id), form, 422)


@router.get("/conversations/new")
def new_conversation(page: ProfessionalPage, family_id: Family) -> Response:
    """The form for a conversation that one held."""
    return _form(page, "conversation", _plan(page, family_id), form_for(page))


@router.post("/conversations/new")
def hold(page: ProfessionalPage, family_id: Family, form: SentForm) -> Response:
    """Put the conversation on record."""
    given: dict[str, Any] = {
        "conversation_id": form.new_id("conversation"),
        "agency": page.viewer.agency,
        "members": _heard(form),
    }
    if form.value("held_at"):
        given["held_at"] = _dutch_moment(form.value("held_at"))
    if give(page, family_id, form, ConversationHeldData, **given):
        return _back(page, family_id, page.words.gettext("The conversation is in the plan."))
    return _form(page, "conversation", _plan(page, family_id), form, 422)


def _form(
    page: Page, name: str, plan: PlanView, form: Form, status: int = 200, **context: Any
) -> Response:
    return page.render(
        f"mine/{name}.html",
        status,
        plan=plan,
        form=form,
        home=f"/my/families/{plan.family_id}",
        people=[(one.member_id, one.name) for one in plan.members],
        agencies=[(one.agency, page.agency_name(one.agency)) for one in plan.parties],
        manners=list(Manner),
        reporter_kinds=list(ReporterKind),
        **context,
    )


def _back(page: Page, family_id: str, said: str) -> Response:
    return page.see_other(f"/my/families/{family_id}", said)


def _plan(page: Page, family_id: str) -> PlanView:
    return page.views.ask(PLAN, page.viewer, family_id, because=page.why).view


def _question(page: Page, family_id: str, question_id: str) -> OpenQuestionView:
    """An open question that they see; another one is as if it were not there."""
    found = page.views.ask(QUESTIONS, page.viewer, family_id, because=page.why).view
    for one in found.open:
        if one.question_id == question_id:
            return one
    raise HTTPException(404, "there is no such open question in this plan")


def _action(page: Page, plan: PlanView, action_id: str) -> ActionView:
    """An open action of one's own agency."""
    for one in actions_of(plan):
        ours = one.owner.agency == page.viewer.agency
        if one.action_id == action_id and one.state == "open" and ours:
            return one
    raise HTTPException(404, "there is no such open action of your agency in this plan")


def _dutch_moment(typed: str) -> datetime | str:
    """What a browser's field for a moment sends, in Dutch time; as it is when it is no moment."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=AMSTERDAM)
    except ValueError:
        return typed


def _heard(form: Form) -> list[dict[str, Any]]:
    """Who was there, who had their say, and what they want others to know.

    Who was heard, or of whom something was written down, was there.
    """
    said = {
        name.removeprefix(WORDS): form.value(name).strip()
        for name in form.typed
        if name.startswith(WORDS)
    }
    heard = form.values("heard")
    there = [*form.values("present"), *heard, *(one for one, words in said.items() if words)]
    return [
        {"member_id": one, "heard": one in heard, "words": said.get(one) or None}
        for one in dict.fromkeys(there)
    ]
