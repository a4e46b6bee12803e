"""What a successor is offered: to be looked at, accepted or declined.

Until they accept they see of the family what every professional of their agency sees, and what
the lead says to them.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from domain.need_to_know.viewer import ViewerRole
from projections.current_plan import PLAN
from projections.open_questions import QUESTIONS
from projections.signals import SIGNALS
from services.lead.orders import Order
from services.views.errors import NotAParty
from services.web.pages.findings import called
from services.web.pages.forms import Form, SentForm, form_for, give_order
from services.web.pages.page import LeadPage, Page
from services.web.pages.work.facts import Facts
from services.web.routes import Family

VIEWS = (PLAN, QUESTIONS, SIGNALS)

router = APIRouter(prefix="/handovers")


@router.get("")
def offers(page: LeadPage) -> Response:
    """All that waits for one's answer."""
    found = page.views.offers(page.viewer, page.why)
    return page.render("handover/offers.html", offers=found)


@router.get("/{family_id}")
def offered(page: LeadPage, family_id: Family) -> Response:
    """One of them."""
    return _show(page, family_id, form_for(page))


@router.post("/{family_id}/accept")
def accept(page: LeadPage, family_id: Family, form: SentForm) -> Response:
    """Take the lead over."""
    if _answer(page, family_id, form, Order(lambda plan, at: plan.accept_handover(at))):
        return page.see_other("/caseload", page.words.gettext("You lead this plan from now on."))
    return _show(page, family_id, form, 422)


@router.post("/{family_id}/decline")
def decline(page: LeadPage, family_id: Family, form: SentForm) -> Response:
    """Say no."""
    reason = form.value("reason").strip()
    if not reason:
        form.errors["reason"] = page.words.gettext("Fill this in.")
    elif _answer(page, family_id, form, Order(lambda plan, at: plan.decline_handover(reason, at))):
        said = page.words.gettext("You declined. The lead reads why.")
        return page.see_other("/handovers", said)
    return _show(page, family_id, form, 422)


def _answer(page: Page, family_id: str, form: Form, order: Order) -> bool:
    """The plan itself knows to whom it was offered; who gives this is on record as a lead."""
    return give_order(_as_professional(page), family_id, form, order, acting=page.viewer)


def _show(page: Page, family_id: str, form: Form, status: int = 200) -> Response:
    offer = page.views.offers(page.viewer, page.why).get(family_id)
    if offer is None:
        raise NotAParty
    looking = _as_professional(page)
    found = looking.views.ask_all(VIEWS, looking.viewer, family_id, looking.why)
    facts = Facts(page, found, None)
    return page.render(
        "handover/offered.html",
        status,
        offer=offer,
        facts=facts,
        form=form,
        family_id=family_id,
        called=called(facts.plan.members, family_id),
    )


def _as_professional(page: Page) -> Page:
    """The same person as somebody of their agency, which is a party."""
    professional = page.viewer.model_copy(update={"role": ViewerRole.PROFESSIONAL})
    return replace(page, viewer=professional)
