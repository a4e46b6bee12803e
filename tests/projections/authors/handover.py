"""Random offers of the lead and answers to them, for histories."""

from __future__ import annotations

from functools import partial

from domain.context import Context
from domain.values import HandoverOffer, LeadCaseworker, Role
from tests.projections.authors.base import PEOPLE, Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    plan = author.plan
    if plan.lead is None or not plan.parties:
        return []
    if plan.offer is None:
        return [partial(_offer, author)]
    can = [_withdraw, _decline]
    if plan.offer.incoming.agency in plan.parties:
        can.append(_accept)
    return [partial(one, author) for one in can]


def _offer(author: Author, context: Context) -> None:
    lead = author.plan.lead
    assert lead is not None
    others = [one for one in PEOPLE if one != lead.person_id]
    incoming = LeadCaseworker(
        person_id=author.pick(others), name="Next", agency=author.pick(author.plan.parties)
    )
    words = author.pick((None, "mother likes to be called"))
    offer = HandoverOffer(incoming=incoming, reason="leave", words=words)
    author.plan.offer_handover(offer, _as(lead, context))


def _withdraw(author: Author, context: Context) -> None:
    lead = author.plan.lead
    assert lead is not None
    author.plan.withdraw_handover("no leave after all", _as(lead, context))


def _accept(author: Author, context: Context) -> None:
    author.plan.accept_handover(_as(_asked(author), context))


def _decline(author: Author, context: Context) -> None:
    author.plan.decline_handover("too many families", _as(_asked(author), context))


def _asked(author: Author) -> LeadCaseworker:
    offer = author.plan.offer
    assert offer is not None
    return offer.incoming


def _as(lead: LeadCaseworker, context: Context) -> Context:
    who = {"actor": lead.person_id, "role": Role.LEAD, "agency": lead.agency}
    return context.model_copy(update={"provenance": context.provenance.model_copy(update=who)})
