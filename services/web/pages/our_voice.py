"""What a member of a family says by themselves: forms of their own, in their own name."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from domain.values import Consent, ItemId, LookBack, Objection, OwnWords, Token
from projections.plan_model import GoalView
from projections.voice import ConsentView
from services.contracts.data.voice import ConsentWithdrawnData
from services.web.pages.acting import spoken, taken_back
from services.web.pages.forms import Form, SentForm, form_for, give_order, read
from services.web.pages.our_plan import OwnFamily, plan_of, show, voice_of
from services.web.pages.page import MemberPage, Page
from services.web.pages.plain import called

VOICE_PATH = "/our-plan/voice"

router = APIRouter(prefix=VOICE_PATH)


@router.get("")
def voice(page: MemberPage, family_id: OwnFamily) -> Response:
    """What somebody said, agreed to and objected to."""
    plan, own = plan_of(page, family_id), voice_of(page, family_id)
    names = {one.consent_id: [called(page, code) for code in one.agencies] for one in own.consents}
    goals = {one.goal_id: one.text for one in plan.goals}
    return show(
        page, "our_plan/voice.html", plan=plan, voice=own, agency_names=names, goal_texts=goals
    )


@router.get("/words/{goal_id}")
def new_words(page: MemberPage, family_id: OwnFamily, goal_id: Token) -> Response:
    """What a goal means to somebody."""
    return _words(page, _goal(page, family_id, goal_id), form_for(page))


@router.post("/words/{goal_id}")
def say_words(page: MemberPage, family_id: OwnFamily, goal_id: Token, form: SentForm) -> Response:
    """Put it beside the goal."""
    goal = _goal(page, family_id, goal_id)
    words = read(page, form, OwnWords, goal_id=goal.goal_id, member_id=page.viewer.member_id)
    if words is not None and give_order(page, family_id, form, spoken(words)):
        return page.see_other(VOICE_PATH, page.words.gettext("Your words are in the plan."))
    return _words(page, goal, form, 422)


@router.get("/objection")
def new_objection(page: MemberPage, family_id: OwnFamily) -> Response:
    """What somebody does not agree with."""
    page.views.admit(page.viewer, family_id, "objection-form", page.why)
    return show(page, "our_plan/objection.html", form=form_for(page))


@router.post("/objection")
def object_(page: MemberPage, family_id: OwnFamily, form: SentForm) -> Response:
    """Put an objection on record."""
    given = {"objection_id": form.new_id("objection"), "member_id": page.viewer.member_id}
    objection = read(page, form, Objection, **given)
    if objection is not None and give_order(page, family_id, form, spoken(objection)):
        return page.see_other(
            VOICE_PATH, page.words.gettext("We wrote down what you do not agree with.")
        )
    return show(page, "our_plan/objection.html", 422, form=form)


@router.get("/look-back")
def new_look_back(page: MemberPage, family_id: OwnFamily) -> Response:
    """How it was."""
    page.views.admit(page.viewer, family_id, "look-back-form", page.why)
    return show(page, "our_plan/look_back.html", form=form_for(page))


@router.post("/look-back")
def look_back(page: MemberPage, family_id: OwnFamily, form: SentForm) -> Response:
    """Put on record how it was."""
    given = {"look_back_id": form.new_id("look-back"), "member_id": page.viewer.member_id}
    said = read(page, form, LookBack, **given)
    if said is not None and give_order(page, family_id, form, spoken(said)):
        return page.see_other(VOICE_PATH, page.words.gettext("Thank you. We learn from this."))
    return show(page, "our_plan/look_back.html", 422, form=form)


@router.get("/consent")
def new_consent(page: MemberPage, family_id: OwnFamily) -> Response:
    """What somebody agrees to."""
    return _consent(page, family_id, form_for(page))


@router.post("/consent")
def give_consent(page: MemberPage, family_id: OwnFamily, form: SentForm) -> Response:
    """Put a consent on record, for agencies that are in the plan."""
    unknown = set(form.values("agencies")) - set(_parties(page, family_id))
    if unknown:
        form.errors["agencies"] = page.words.gettext("Choose one of these.")
    elif not form.values("agencies"):
        form.errors["agencies"] = page.words.gettext("Choose at least one.")
    given = {"consent_id": form.new_id("consent"), "member_id": page.viewer.member_id}
    consent = read(page, form, Consent, **given)
    if (
        consent is not None
        and not form.errors
        and give_order(page, family_id, form, spoken(consent))
    ):
        return page.see_other(VOICE_PATH, page.words.gettext("We wrote down that you agree."))
    return _consent(page, family_id, form, 422)


@router.get("/consent/{consent_id}/withdraw")
def new_withdrawal(page: MemberPage, family_id: OwnFamily, consent_id: ItemId) -> Response:
    """Whether somebody no longer agrees."""
    consent = _own_consent(page, family_id, consent_id)
    return show(page, "our_plan/withdraw.html", form=form_for(page), consent=consent)


@router.post("/consent/{consent_id}/withdraw")
def withdraw(
    page: MemberPage, family_id: OwnFamily, consent_id: ItemId, form: SentForm
) -> Response:
    """Put on record that somebody no longer agrees."""
    consent = _own_consent(page, family_id, consent_id)
    data = read(page, form, ConsentWithdrawnData, consent_id=consent_id)
    given = Consent(**{name: getattr(consent, name) for name in Consent.model_fields})
    if data is not None and give_order(page, family_id, form, taken_back(given, data.reason)):
        return page.see_other(
            VOICE_PATH, page.words.gettext("We wrote down that you no longer agree.")
        )
    return show(page, "our_plan/withdraw.html", 422, form=form, consent=consent)


def _words(page: Page, goal: GoalView, form: Form, status: int = 200) -> Response:
    return show(page, "our_plan/words.html", status, form=form, goal=goal)


def _goal(page: Page, family_id: str, goal_id: str) -> GoalView:
    """A goal that this member sees; another one is as if it were not there."""
    for goal in plan_of(page, family_id).goals:
        if goal.goal_id == goal_id:
            return goal
    raise HTTPException(404, "there is no such goal in this plan")


def _own_consent(page: Page, family_id: str, consent_id: str) -> ConsentView:
    for consent in voice_of(page, family_id).consents:
        if consent.consent_id == consent_id:
            return consent
    raise HTTPException(404, "there is no such consent of yours")


def _consent(page: Page, family_id: str, form: Form, status: int = 200) -> Response:
    return show(
        page, "our_plan/consent.html", status, form=form, agencies=_parties(page, family_id)
    )


def _parties(page: Page, family_id: str) -> dict[str, str]:
    """The agencies in the plan, by their code."""
    return {one.agency: called(page, one.agency) for one in plan_of(page, family_id).parties}
