"""FamilyPlan: one family, one plan, one lead caseworker."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from domain.family_plan.addresses import Addresses
from domain.family_plan.agencies import Parties
from domain.family_plan.agreements import Agreements
from domain.family_plan.concerns import Concerns
from domain.family_plan.conferences import Conferences
from domain.family_plan.conversations import Conversations
from domain.family_plan.emergency import Emergencies
from domain.family_plan.erasing import Erasing
from domain.family_plan.goals import Goals
from domain.family_plan.handover import Handover
from domain.family_plan.incidents import Incidents
from domain.family_plan.lifecycle import Lifecycle
from domain.family_plan.measures import Measures
from domain.family_plan.meldcode import Meldcode
from domain.family_plan.members import Membership
from domain.family_plan.own_voice import OwnVoice
from domain.family_plan.phases import Phases
from domain.family_plan.questions import Questions
from domain.family_plan.reports import Reports
from domain.family_plan.reviews import Reviews
from domain.family_plan.signals import Signals
from domain.family_plan.splitting import Splitting
from domain.family_plan.terms import Terms
from domain.values import FamilyMember, Party, PlanStatus


class FamilyPlan(
    BaseAggregate[UUID],
    Splitting,
    Lifecycle,
    Membership,
    Handover,
    Parties,
    Concerns,
    Goals,
    Incidents,
    Questions,
    Signals,
    Measures,
    Reports,
    Terms,
    Meldcode,
    OwnVoice,
    Conversations,
    Agreements,
    Reviews,
    Phases,
    Conferences,
    Addresses,
    Emergencies,
    Erasing,
):
    """The one plan of a family (gezinsplan).

    Each base holds the commands and events of one concept; this class is what they are one of.
    """

    TOPIC = "oneplan.FamilyPlan"

    def __init__(
        self,
        family_id: str,
        members: tuple[FamilyMember, ...],
        parties: tuple[Party, ...],
    ) -> None:
        self.family_id = family_id
        self.status = PlanStatus.OPEN
        self.lead = None
        self.offer = None
        self.members = {member.member_id: member for member in members}
        self.former_members = set()
        self.parties = {party.agency: party for party in parties}
        self.items: dict[str, dict[str, bool]] = {kind: {} for kind in self.item_kinds()}
        self._start()

    def trigger_event(self, event_class: type[Any], **facts: Any) -> None:
        """Record an event and let it change this plan."""
        super().trigger_event(event_class, **facts)
