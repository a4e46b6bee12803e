"""Members, lead, agencies, case references."""

from __future__ import annotations

from domain.values import (
    AgencyCode,
    FamilyMember,
    LeadCaseworker,
    MemberId,
    Party,
    Text,
    Token,
    Value,
)


class MemberAddedData(FamilyMember):
    """Somebody becomes part of the plan."""


class MemberRemovedData(Value):
    """Somebody is no longer part of the plan."""

    member_id: MemberId
    reason: Text


class LeadAssignedData(Value):
    """A lead caseworker takes the plan on."""

    lead: LeadCaseworker


class LeadHandedOverData(Value):
    """The lead passes from one to the other; ``outgoing`` is a person id."""

    outgoing: Token
    incoming: LeadCaseworker
    reason: Text


class LeadReleasedData(Value):
    """The lead steps back without a successor."""

    person_id: Token
    reason: Text


class AgencyJoinedData(Party):
    """An agency takes part from now on; a party of the plan lets it in."""


class AgencyLeftData(Value):
    """An agency's part ends."""

    agency: AgencyCode
    reason: Text


class CaseReferenceLinkedData(Value):
    """The sender's own case reference stands for this family from now on."""

    reference: Token


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.member.added.v1": MemberAddedData,
    "nl.oneplan.member.removed.v1": MemberRemovedData,
    "nl.oneplan.lead.assigned.v1": LeadAssignedData,
    "nl.oneplan.lead.handed-over.v1": LeadHandedOverData,
    "nl.oneplan.lead.released.v1": LeadReleasedData,
    "nl.oneplan.agency.joined.v1": AgencyJoinedData,
    "nl.oneplan.agency.left.v1": AgencyLeftData,
    "nl.oneplan.case-reference.linked.v1": CaseReferenceLinkedData,
}
