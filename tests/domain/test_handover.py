"""An offer of the lead: asked, answered, taken back; one lead at any moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from domain.context import Context
from domain.errors import PlanIsClosed, Refused
from domain.family_plan import FamilyPlan, LeadHandedOver, PlanEvent
from domain.need_to_know.audience import EVERYTHING, Audience
from domain.need_to_know.labels import Labels
from domain.need_to_know.policy import Onlooker
from domain.need_to_know.sight import Sight
from domain.values import HandoverOffer, LeadCaseworker, Role
from projections import agency_families
from projections.handovers import HANDOVERS, HandoversView, offered_to, projection
from projections.rows import MemoryRows
from tests.projections.support import at, context, opened

CARLA = LeadCaseworker(person_id="carla", name="Carla", agency="police")
DIRK = LeadCaseworker(person_id="dirk", name="Dirk", agency="school")
OFFER = HandoverOffer(incoming=DIRK, reason="Verlof.", words="Bel Anna liever niet.")


def of(lead: LeadCaseworker, day: int = 5) -> Context:
    return context(at(day), role=Role.LEAD, actor=lead.person_id, agency=lead.agency)


def led() -> FamilyPlan:
    plan = opened()
    plan.assign_lead(CARLA, context(at(2)))
    return plan


def offered() -> FamilyPlan:
    plan = led()
    plan.offer_handover(OFFER, of(CARLA, 3))
    return plan


def shown(plan: FamilyPlan, audience: Audience = EVERYTHING) -> tuple[HandoversView, MemoryRows]:
    rows, labels, sight = MemoryRows(), Labels(), Sight(audience)
    for event in cast("list[PlanEvent]", plan.pending_events):
        seen = sight.see(event, labels.label(event))
        for one in (projection, agency_families.projection):
            if seen is not None:
                one.handle(seen, seen.originator_version, rows)
    view = HANDOVERS.read(rows, plan.family_id, at(9))
    assert view is not None
    return view, rows


def test_the_lead_leads_on_until_the_successor_accepts() -> None:
    plan = offered()
    assert plan.lead == CARLA
    plan.accept_handover(of(DIRK))
    assert (plan.lead, plan.offer) == (DIRK, None)
    event = plan.pending_events[-1]
    assert isinstance(event, LeadHandedOver)
    assert (event.outgoing, event.incoming, event.reason) == (CARLA, DIRK, "Verlof.")
    assert event.provenance.actor == "dirk"


@pytest.mark.parametrize(
    ("who", "role"),
    [(CARLA, Role.LEAD), (DIRK, Role.AGENCY), (DIRK, Role.ADMINISTRATOR)],
)
def test_nobody_answers_for_who_was_asked(who: LeadCaseworker, role: Role) -> None:
    plan = offered()
    asking = context(at(4), role=role, actor=who.person_id, agency=who.agency)
    for answer in (plan.accept_handover, lambda one: plan.decline_handover("Nee.", one)):
        with pytest.raises(Refused, match="offered to somebody else"):
            answer(asking)
    namesake = DIRK.model_copy(update={"agency": "police"})
    with pytest.raises(Refused, match="offered to somebody else"):
        plan.accept_handover(of(namesake))
    assert (plan.lead, plan.offer) == (CARLA, OFFER)


ASKS: list[tuple[Callable[[FamilyPlan], None], str]] = [
    (lambda plan: plan.offer_handover(OFFER, of(CARLA)), "withdraw it first"),
    (lambda plan: plan.withdraw_handover("Toch niet.", of(DIRK)), "not the lead"),
    (lambda plan: plan.withdraw_handover("Toch niet.", context(at(5))), "in person"),
]


@pytest.mark.parametrize(("ask", "why"), ASKS)
def test_one_offer_at_a_time_and_of_the_lead_only(
    ask: Callable[[FamilyPlan], None], why: str
) -> None:
    plan = offered()
    with pytest.raises(Refused, match=why):
        ask(plan)
    assert plan.offer == OFFER


def test_only_a_party_takes_over_and_never_the_lead_from_themselves() -> None:
    plan = led()
    to_self = OFFER.model_copy(update={"incoming": CARLA})
    with pytest.raises(Refused, match="lead already"):
        plan.offer_handover(to_self, of(CARLA))
    stranger = OFFER.model_copy(update={"incoming": DIRK.model_copy(update={"agency": "halt"})})
    with pytest.raises(Refused, match="not a party"):
        plan.offer_handover(stranger, of(CARLA))
    plan.offer_handover(OFFER, of(CARLA, 3))
    plan.agency_leaves("school", "klaar", of(CARLA, 4))
    with pytest.raises(Refused, match="not a party"):
        plan.accept_handover(of(DIRK))
    plan.close("klaar", context(at(4)))
    with pytest.raises(PlanIsClosed):
        plan.accept_handover(of(DIRK))
    plan.decline_handover("Het plan is dicht.", of(DIRK))
    assert plan.offer is None


def test_the_offers_and_their_answers_are_shown() -> None:
    plan = offered()
    view, rows = shown(plan)
    assert view.waiting is not None
    assert (view.waiting.outgoing, view.waiting.incoming) == (CARLA, DIRK)
    assert offered_to(rows, "dirk", "school") == [("F1", view.waiting)]
    assert offered_to(rows, "dirk", "police") == []
    plan.withdraw_handover("Toch niet.", of(CARLA, 4))
    plan.offer_handover(OFFER, of(CARLA))
    plan.decline_handover("Te druk.", of(DIRK))
    plan.offer_handover(OFFER, of(CARLA))
    plan.hand_over("carla", DIRK.model_copy(update={"person_id": "els"}), "Ziek.", of(CARLA))
    view, rows = shown(plan)
    answers = [(one.answered.answer, one.answered.reason) for one in view.answered if one.answered]
    assert answers == [("lapsed", None), ("declined", "Te druk."), ("withdrawn", "Toch niet.")]
    assert (view.waiting, offered_to(rows, "dirk", "school")) == (None, [])


def test_what_one_lead_says_to_the_next_is_for_leads_only() -> None:
    view, _ = shown(offered(), Audience(Onlooker.SCHOOL, agency="school"))
    assert view.waiting is not None
    assert (view.waiting.reason, view.waiting.words) == ("Verlof.", None)
    assert "Anna" not in view.model_dump_json()
    whole, _ = shown(offered())
    assert whole.waiting is not None
    assert whole.waiting.words == OFFER.words
