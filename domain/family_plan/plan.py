"""FamilyPlan: one family, one plan, one lead caseworker."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from domain.family_plan.agencies import Parties
from domain.family_plan.concerns import Concerns
from domain.family_plan.goals import Goals
from domain.family_plan.incidents import Incidents
from domain.family_plan.leadership import Leadership
from domain.family_plan.lifecycle import Lifecycle
from domain.family_plan.members import Membership
from domain.values import FamilyMember, Party, PlanStatus

ITEM_KINDS = ("concern", "goal", "action", "incident", "report", "note")


class FamilyPlan(
    BaseAggregate[UUID],
    Lifecycle,
    Membership,
    Leadership,
    Parties,
    Concerns,
    Goals,
    Incidents,
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
        self.members = {member.member_id: member for member in members}
        self.former_members = set()
        self.parties = {party.agency: party for party in parties}
        self.items: dict[str, dict[str, bool]] = {kind: {} for kind in ITEM_KINDS}

    def trigger_event(self, event_class: type[Any], **facts: Any) -> None:
        """Record an event and let it change this plan."""
        super().trigger_event(event_class, **facts)
