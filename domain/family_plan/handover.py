"""Handing over in two steps: the lead offers it, and only the successor's yes makes it so.

Between people who sign in. An agency's system that knows of a handover sends that the lead was
handed over, as ever. Who may offer and answer is our working agreement.
"""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.family_plan.leadership import Leadership, LeadHandedOver
from domain.values import HandoverOffer, LeadCaseworker, Role, StaffText


class HandoverOffered(PlanEvent):
    """The lead asked somebody to take over. The lead leads on until they say yes."""

    TOPIC: ClassVar[str] = "oneplan.plan.HandoverOffered"

    outgoing: LeadCaseworker
    offer: HandoverOffer

    def apply(self, plan: PlanCore) -> None:
        plan.offer = self.offer


class HandoverWithdrawn(PlanEvent):
    """The lead took the offer back before it was answered."""

    TOPIC: ClassVar[str] = "oneplan.plan.HandoverWithdrawn"

    incoming: LeadCaseworker
    reason: StaffText

    def apply(self, plan: PlanCore) -> None:
        plan.offer = None


class HandoverDeclined(PlanEvent):
    """Who was asked said no, and why."""

    TOPIC: ClassVar[str] = "oneplan.plan.HandoverDeclined"

    incoming: LeadCaseworker
    reason: StaffText

    def apply(self, plan: PlanCore) -> None:
        plan.offer = None


class Handover(Leadership):
    """Commands about an offer of the lead."""

    def offer_handover(self, offer: HandoverOffer, context: Context) -> None:
        """Ask somebody to take over.

        Raises:
            Refused: when another than the lead asks it, when an offer waits already, or when the
                successor is the lead, or works for an agency that is not a party.
        """
        self._require_open()
        lead = self._require_leads(context)
        if self.offer is not None:
            raise Refused("data.offer", "an offer waits for its answer; withdraw it first")
        if offer.incoming.person_id == lead.person_id:
            raise Refused("data.incoming.person_id", f"{lead.person_id} is the lead already")
        self._require_party_of("data.incoming.agency", offer.incoming)
        self._record(HandoverOffered, context, outgoing=lead, offer=offer)

    def withdraw_handover(self, reason: str, context: Context) -> None:
        """Take the offer back. Raises Refused when there is none, or another than the lead does."""
        self._require_leads(context)
        offer = self._require_offer()
        self._record(HandoverWithdrawn, context, incoming=offer.incoming, reason=reason)

    def accept_handover(self, context: Context) -> None:
        """Take the lead over, as who was asked to. The lead passes in this one moment.

        Raises:
            Refused: when nothing was offered to them, or their agency is no party any more.
        """
        self._require_open()
        offer = self._require_offer_to(context)
        self._require_party_of("actor", offer.incoming)
        self._record(
            LeadHandedOver,
            context,
            outgoing=self.lead,
            incoming=offer.incoming,
            reason=offer.reason,
        )

    def decline_handover(self, reason: str, context: Context) -> None:
        """Say no to what was offered. Raises Refused when nothing was offered to them."""
        offer = self._require_offer_to(context)
        self._record(HandoverDeclined, context, incoming=offer.incoming, reason=reason)

    def _require_leads(self, context: Context) -> LeadCaseworker:
        if context.provenance.role is Role.AGENCY:
            raise Refused("actor", "the lead does this in person, signed in")
        self._require_lead_acts(context)
        if self.lead is None:
            raise Refused("actor", "this plan has no lead now; assign one")
        return self.lead

    def _require_offer(self) -> HandoverOffer:
        if self.offer is None:
            raise Refused("data.offer", "no offer waits for an answer now")
        return self.offer

    def _require_offer_to(self, context: Context) -> HandoverOffer:
        """Only who was asked answers: not an agency's system, and no administrator."""
        offer, who = self._require_offer(), context.provenance
        asked = (offer.incoming.person_id, offer.incoming.agency)
        if who.role is not Role.LEAD or (who.actor, who.agency) != asked:
            raise Refused("actor", "this was offered to somebody else, and only they answer")
        return offer
