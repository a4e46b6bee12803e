"""Handing over, for who leads: to whom, what they must know, and the words that go with it.

Three steps on one address. What was typed in the one goes along to the next in the form itself.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from domain.values import HandoverOffer, LeadCaseworker
from projections.current_plan import PLAN
from projections.handovers import HANDOVERS
from projections.open_questions import QUESTIONS
from projections.signals import SIGNALS
from services.lead.orders import Order
from services.views.several import Several
from services.web.pages.forms import Form, SentForm, form_for, give_order, read
from services.web.pages.labels import mark
from services.web.pages.page import LeadPage, Page
from services.web.pages.work.facts import Choice, Facts
from services.web.routes import Family

VIEWS = (PLAN, QUESTIONS, SIGNALS, HANDOVERS)
STEPS = ("who", "what", "words")
STEP, GO = "step", "go"
"""The fields that say where somebody is, and which way they go."""
BACK = "back"
OTHER = "other"
"""Chosen when it is none of those who are known."""
NAMES = {
    "successor": mark("Who takes over?"),
    "name": mark("Name"),
    "person_id": mark("Account"),
    "agency": mark("Agency"),
    "reason": mark("Why do you hand over?"),
    "words": mark("What do you want to say to them?"),
}

router = APIRouter(prefix="/families/{family_id}/handover")


@router.get("")
def handover(page: LeadPage, family_id: Family) -> Response:
    """Where it stands: the offer that waits, or the first step."""
    found = _found(page, family_id)
    form = form_for(page)
    if found[HANDOVERS].waiting is not None:
        return _waiting(page, found, form)
    step = form.value(STEP)
    return _step(page, found, form, step if step in STEPS else STEPS[0])


@router.post("")
def offer(page: LeadPage, family_id: Family, form: SentForm) -> Response:
    """A step on, a step back, or the offer itself."""
    found = _found(page, family_id)
    step = form.value(STEP)
    at = STEPS.index(step) if step in STEPS else 0
    if form.value(GO) == BACK:
        return _step(page, found, form, STEPS[max(at - 1, 0)])
    if _successor(page, found, form) is None:
        return _step(page, found, form, STEPS[0], 422)
    if at < len(STEPS) - 1:
        return _step(page, found, form, STEPS[at + 1])
    return _offer(page, found, form)


@router.post("/withdraw")
def withdraw(page: LeadPage, family_id: Family, form: SentForm) -> Response:
    """Take the offer back."""
    reason = form.value("reason").strip()
    if not reason:
        form.errors["reason"] = page.words.gettext("Fill this in.")
    elif give_order(
        page, family_id, form, Order(lambda plan, at: plan.withdraw_handover(reason, at))
    ):
        said = page.words.gettext("You took your offer back. You lead this plan on.")
        return page.see_other(f"/families/{family_id}", said)
    return _waiting(page, _found(page, family_id), form, 422)


def _found(page: Page, family_id: str) -> Several:
    return page.views.ask_all(VIEWS, page.viewer, family_id, page.why)


def _offer(page: Page, found: Several, form: Form) -> Response:
    family_id = found[PLAN].family_id
    made = read(page, form, HandoverOffer, incoming=_successor(page, found, form))
    if made is not None and give_order(
        page, family_id, form, Order(lambda plan, at: plan.offer_handover(made, at))
    ):
        said = page.words.gettext("Your offer is made. You lead this plan until it is accepted.")
        return page.see_other(f"/families/{family_id}/handover", said)
    step = STEPS[-1] if form.errors.keys() <= {"reason", "words"} else STEPS[0]
    return _step(page, found, form, step, 422)


def _successor(page: Page, found: Several, form: Form) -> LeadCaseworker | None:
    """Who was chosen or typed; None when nobody was, which the form says."""
    chosen = form.value("successor")
    known = {_key(one): one for one in _colleagues(page, found)}
    if chosen in known:
        return known[chosen]
    if chosen != OTHER:
        form.errors["successor"] = page.words.gettext("Choose one of these.")
        return None
    return read(page, form, LeadCaseworker)


def _colleagues(page: Page, found: Several) -> list[LeadCaseworker]:
    """Who leads plans for the agencies of this one, without who asks."""
    agencies = [one.agency for one in found[PLAN].parties]
    known = page.views.known_leads(agencies)
    own = (page.viewer.person_id, page.viewer.agency)
    return sorted(
        (one for one in known if (one.person_id, one.agency) != own), key=lambda one: one.name
    )


def _key(lead: LeadCaseworker) -> str:
    return f"{lead.person_id}@{lead.agency}"


def _step(page: Page, found: Several, form: Form, step: str, status: int = 200) -> Response:
    facts = Facts(page, found, None)
    known: list[Choice] = [
        (_key(one), f"{one.name}, {page.agency_name(one.agency)}")
        for one in _colleagues(page, found)
    ]
    here: dict[str, tuple[str, ...]] = {
        "who": ("successor", "name", "person_id", "agency"),
        "what": (),
        "words": ("reason", "words"),
    }
    carried = {
        name: values
        for name, values in form.typed.items()
        if name in NAMES and name not in here[step]
    }
    return page.render(
        f"handover/{step}.html",
        status,
        **_context(page, found, facts, form),
        known=[*known, (OTHER, page.words.gettext("Somebody else"))],
        carried=carried,
        step=step,
        place=STEPS.index(step) + 1,
        steps=len(STEPS),
    )


def _waiting(page: Page, found: Several, form: Form, status: int = 200) -> Response:
    facts = Facts(page, found, None)
    return page.render(
        "handover/waiting.html",
        status,
        **_context(page, found, facts, form),
        offer=found[HANDOVERS].waiting,
    )


def _context(page: Page, found: Several, facts: Facts, form: Form) -> dict[str, Any]:
    return {
        "family_id": found[PLAN].family_id,
        "facts": facts,
        "form": form,
        "names": {name: page.words.gettext(said) for name, said in NAMES.items()},
        "earlier": found[HANDOVERS].answered,
    }
