"""What holds in a family now, for deciding who may look: parties, lead, consents, shields."""

from __future__ import annotations

from datetime import datetime

from domain.family_plan.addresses import (
    AddressHidden,
    AddressRecorded,
    AddressShown,
    after_hiding,
    after_showing,
    hidden_from,
    shield_of,
)
from domain.family_plan.agencies import AgencyJoined, AgencyLeft
from domain.family_plan.core import PlanEvent
from domain.family_plan.emergency import (
    EmergencyAccessReviewed,
    EmergencyAccessTaken,
    after_review,
    emergency_access,
)
from domain.family_plan.leadership import LeadAssigned, LeadHandedOver, LeadReleased
from domain.family_plan.lifecycle import PlanOpened
from domain.family_plan.members import MemberAdded
from domain.family_plan.merging import FamilyMerged
from domain.family_plan.splitting import SplitFrom
from domain.family_plan.voice import ConsentGiven, ConsentWithdrawn
from domain.need_to_know.naming import ItemKey
from domain.values import Consent, EmergencyAccess, FamilyMember, LeadCaseworker, Shield


class Standing:
    """What holds in a family after the events so far, for deciding who may look."""

    def __init__(self) -> None:
        self.parties: set[str] = set()
        self.lead: LeadCaseworker | None = None
        self.members: dict[str, FamilyMember] = {}
        """Former members too: what is about them stays theirs."""
        self.consents: dict[str, Consent] = {}
        self.shields: dict[str, Shield] = {}
        self.emergencies: dict[str, EmergencyAccess] = {}

    def take(self, event: PlanEvent) -> None:
        """Let an event change what holds."""
        for one in event.means():
            if isinstance(one, PlanEvent):
                self._take_part(one)
                self._agree(one)
                self._shield(one)

    def _take_part(self, event: PlanEvent) -> None:
        match event:
            case PlanOpened():
                self.parties = {one.agency for one in event.parties}
                self.members = {one.member_id: one for one in event.members}
            case MemberAdded():
                self.members[event.member.member_id] = event.member
            case AgencyJoined():
                self.parties.add(event.party.agency)
            case AgencyLeft():
                self.parties.discard(event.agency)
            case LeadAssigned():
                self.lead = event.lead
            case LeadHandedOver():
                self.lead = event.incoming
            case LeadReleased():
                self.lead = None
            case FamilyMerged():
                self.members |= {one.member_id: one for one in event.members}
            case SplitFrom():
                self.parties = {one.agency for one in event.parties}
                self.members |= {one.member_id: one for one in event.members}

    def _agree(self, event: PlanEvent) -> None:
        match event:
            case ConsentGiven():
                self.consents[event.consent.consent_id] = event.consent
            case ConsentWithdrawn():
                self.consents.pop(event.consent_id, None)
            case EmergencyAccessTaken():
                self.emergencies[event.access.access_id] = event.access
            case EmergencyAccessReviewed():
                taken = self.emergencies[event.access_id]
                self.emergencies[event.access_id] = after_review(taken, event)

    def _shield(self, event: PlanEvent) -> None:
        match event:
            case AddressRecorded():
                self.shields[event.address.address_id] = shield_of(event.address)
            case AddressHidden():
                shield = self.shields[event.address_id]
                self.shields[event.address_id] = after_hiding(shield, event)
            case AddressShown():
                shield = self.shields[event.address_id]
                self.shields[event.address_id] = after_showing(shield, event)

    def agreed_for(self, agency: str) -> frozenset[str]:
        """The members with a standing consent that names this agency."""
        given = self.consents.values()
        return frozenset(one.member_id for one in given if agency in one.agencies)

    def hidden_from(self, member_id: str) -> frozenset[ItemKey]:
        """What is hidden from a member now, of whatever time it is."""
        return frozenset(
            ("address", one)
            for one, shield in self.shields.items()
            if hidden_from(shield, member_id)
        )

    def shown_to(self, member_id: str) -> frozenset[ItemKey]:
        """The addresses where a member is, or which they were expressly told."""
        return frozenset(
            ("address", one)
            for one, shield in self.shields.items()
            if member_id in {shield.member_id, *shield.with_members, *shield.shown_to}
        )

    def in_emergency(self, agency: str, person_id: str | None, now: datetime) -> bool:
        """Whether somebody has emergency access now."""
        accesses = self.emergencies.values()
        return emergency_access(accesses, agency, person_id, now) is not None
