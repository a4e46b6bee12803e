"""The words about members, lead and agencies."""

from __future__ import annotations

from domain.family_plan import (
    AgencyJoined,
    AgencyLeft,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    MemberAdded,
    MemberRemoved,
)
from domain.family_plan.handover import HandoverDeclined, HandoverOffered, HandoverWithdrawn
from projections.summaries.base import words


@words.register
def _(event: MemberAdded) -> str:
    return f"{event.member.name} added as {event.member.role.value}"


@words.register
def _(event: MemberRemoved) -> str:
    return f"Member {event.member_id} removed: {event.reason}"


@words.register
def _(event: LeadAssigned) -> str:
    return f"{event.lead.name} of {event.lead.agency} took the lead"


@words.register
def _(event: LeadHandedOver) -> str:
    outgoing, incoming = event.outgoing, event.incoming
    return (
        f"Lead handed over from {outgoing.name} of {outgoing.agency} "
        f"to {incoming.name} of {incoming.agency}: {event.reason}"
    )


@words.register
def _(event: LeadReleased) -> str:
    return f"{event.lead.name} of {event.lead.agency} stepped back from the lead: {event.reason}"


@words.register
def _(event: HandoverOffered) -> str:
    incoming = event.offer.incoming
    return f"Lead offered to {incoming.name} of {incoming.agency}: {event.offer.reason}"


@words.register
def _(event: HandoverWithdrawn) -> str:
    return f"Offer of the lead to {event.incoming.name} withdrawn: {event.reason}"


@words.register
def _(event: HandoverDeclined) -> str:
    return f"{event.incoming.name} did not take the lead over: {event.reason}"


@words.register
def _(event: AgencyJoined) -> str:
    return f"{event.party.agency} joined: {event.party.task}"


@words.register
def _(event: AgencyLeft) -> str:
    return f"{event.agency} left: {event.reason}"
