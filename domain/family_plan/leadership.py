"""One lead at any moment: assigning, handing over, releasing."""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.values import LeadCaseworker, Role, StaffText


class LeadAssigned(PlanEvent):
    """A lead caseworker took the plan on."""

    TOPIC: ClassVar[str] = "oneplan.plan.LeadAssigned"

    lead: LeadCaseworker

    def apply(self, plan: PlanCore) -> None:
        plan.lead = self.lead


class LeadHandedOver(PlanEvent):
    """The lead passed from one to the other in one moment: there is no gap between them."""

    TOPIC: ClassVar[str] = "oneplan.plan.LeadHandedOver"

    outgoing: LeadCaseworker
    incoming: LeadCaseworker
    reason: StaffText

    def apply(self, plan: PlanCore) -> None:
        plan.lead = self.incoming
        plan.offer = None


class LeadReleased(PlanEvent):
    """The lead stepped back and nobody has taken over yet."""

    TOPIC: ClassVar[str] = "oneplan.plan.LeadReleased"

    lead: LeadCaseworker
    reason: StaffText

    def apply(self, plan: PlanCore) -> None:
        plan.lead = None
        plan.offer = None


class Leadership(PlanCore):
    """Commands about the lead caseworker."""

    def assign_lead(self, lead: LeadCaseworker, context: Context) -> None:
        """Give the plan its lead.

        Raises:
            Refused: when there is a lead already, or the lead's agency is not a party.
        """
        self._require_open()
        if self.lead is not None:
            raise Refused(
                "data.lead",
                f"this plan has a lead already ({self.lead.person_id} of {self.lead.agency}); "
                "use a handover",
            )
        self._require_say_on_lead(context)
        self._require_party_of("data.lead.agency", lead)
        self._record(LeadAssigned, context, lead=lead)

    def hand_over(
        self, outgoing_id: str, incoming: LeadCaseworker, reason: str, context: Context
    ) -> None:
        """Pass the lead on.

        Raises:
            Refused: when ``outgoing_id`` is not the lead now, when both are the same, or when
                the successor's agency is not a party.
        """
        self._open_for(context)
        outgoing = self._require_lead("data.outgoing", outgoing_id)
        if incoming.person_id == outgoing_id:
            raise Refused("data.incoming.person_id", f"{outgoing_id} is the lead already")
        self._require_party_of("data.incoming.agency", incoming)
        self._record(LeadHandedOver, context, outgoing=outgoing, incoming=incoming, reason=reason)

    def release_lead(self, person_id: str, reason: str, context: Context) -> None:
        """Let the lead step back without a successor. Raises Refused for another's name."""
        self._open_for(context)
        lead = self._require_lead("data.person_id", person_id)
        self._record(LeadReleased, context, lead=lead, reason=reason)

    def _require_say_on_lead(self, context: Context) -> None:
        """A caseworker may take on a plan without a lead if it is their own name and agency's."""
        who = context.provenance
        if who.role is not Role.LEAD:
            self._require_say(context)
        elif who.agency not in self.parties:
            raise Refused(
                "actor",
                f"{who.actor} works for {who.agency}, which is not a party of this plan",
            )

    def _require_lead(self, field: str, person_id: str) -> LeadCaseworker:
        if self.lead is None:
            raise Refused(field, "this plan has no lead now; assign one")
        if self.lead.person_id != person_id:
            raise Refused(
                field, f"{person_id} is not the lead of this plan, {self.lead.person_id} is"
            )
        return self.lead

    def _require_party_of(self, field: str, lead: LeadCaseworker) -> None:
        if lead.agency not in self.parties:
            raise Refused(
                field, f"{lead.agency} is not a party of this plan; let the agency join first"
            )
