"""Samples of an offer of the lead and its answers."""

from __future__ import annotations

from domain.context import Context
from domain.events import DomainEvent
from domain.values import HandoverOffer, LeadCaseworker, Role
from tests.golden.samples.plan_of import CONTEXT, later_events, sample_plan


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    dirk = LeadCaseworker(person_id="dirk", name="Dirk", agency="police")
    offer = HandoverOffer(incoming=dirk, reason="verlof", words="Anna belt liever niet.")
    plan.offer_handover(offer, _as("carla"))
    plan.withdraw_handover("toch geen verlof", _as("carla"))
    plan.offer_handover(offer, _as("carla"))
    plan.decline_handover("te veel gezinnen", _as("dirk"))
    events = later_events(plan)
    return [events[0], events[1], events[3]]


def _as(person_id: str) -> Context:
    who = {"actor": person_id, "role": Role.LEAD}
    return CONTEXT.model_copy(update={"provenance": CONTEXT.provenance.model_copy(update=who)})
