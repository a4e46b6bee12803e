"""What had happened by a moment, out of what is known of a family, as one audience may see it.

Left out is what happened later, and then also what rests on it: who does not know of a goal yet
cannot know how it ended. Our working agreement on what rests on what:

- an event on the items it names that were made before it;
- a handover or a release on that very person leading then, an assignment on nobody leading;
- leaving on having joined, removing on having been added, reopening on having been closed.

Who somebody is does not begin when it is written down: a member who was added later counts as
soon as something that had happened names them. What came with a merged family counts from when
it happened there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import datetime
from typing import TypeGuard

from domain.events import DomainEvent
from domain.family_plan.agencies import AgencyJoined, AgencyLeft
from domain.family_plan.core import PlanEvent
from domain.family_plan.leadership import LeadAssigned, LeadHandedOver, LeadReleased
from domain.family_plan.lifecycle import PlanClosed, PlanOpened, PlanReopened
from domain.family_plan.members import MemberAdded, MemberRemoved
from domain.family_plan.standing import Joining, TakenOver, taken_over
from domain.need_to_know.audience import NOBODY, Audience
from domain.need_to_know.labels import Labelled, labelled
from domain.need_to_know.naming import named_in
from domain.need_to_know.sight import Sight
from domain.values import LeadCaseworker

OF_MEMBERS = (PlanOpened, MemberAdded, MemberRemoved, TakenOver, Joining)
"""What says who is a member, and so does not by itself make anybody known."""


def as_seen(
    events: Iterable[PlanEvent],
    audience: Audience,
    happened_until: datetime | None = None,
    *,
    with_named: bool = True,
) -> list[PlanEvent]:
    """A family's history as an audience may see it, in its order.

    Args:
        happened_until: only what had happened at this moment (UTC); None for all.
        with_named: whether members who are named count before they were added, so that views
            can be folded from it.
    """
    return seen_of(labelled(events), audience, happened_until, with_named=with_named)


def seen_of(
    told: Sequence[Labelled],
    audience: Audience,
    happened_until: datetime | None = None,
    *,
    with_named: bool = True,
) -> list[PlanEvent]:
    """As :func:`as_seen`, of a history whose events have their labels already."""
    if happened_until is None:
        sight = Sight(audience)
        seen = (sight.see(event, label) for event, label in told)
        return [event for event in seen if event is not None]
    found = list(_seen(told, audience, happened_until, NOBODY))
    if not with_named:
        return found
    named = {
        one
        for event in found
        if not isinstance(event, OF_MEMBERS)
        for one in named_in(event).people
    }
    return list(_seen(told, audience, happened_until, named))


def _seen(
    told: Iterable[Labelled],
    audience: Audience,
    until: datetime,
    named: Set[str],
) -> Iterator[PlanEvent]:
    sight, happened = Sight(audience), _Happened(until, named)
    for event, label in told:
        for part in happened.of(event):
            # Sight leaves out what names an item that it did not see made.
            shown = sight.see(part, label)
            if shown is not None:
                yield shown


class _Happened:
    """Goes over a family's events in their order, and keeps who leads, takes part and is in it."""

    def __init__(self, until: datetime, named: Set[str]) -> None:
        self._until = until
        self._named = named
        self._members: set[str] = set()
        self._agencies: set[str] = set()
        self._lead: LeadCaseworker | None = None
        self._closed = False

    def of(self, event: PlanEvent) -> list[PlanEvent]:
        """What of the family's next event had happened."""
        meant = event.means()
        if event.occurred_at > self._until:
            return [one for one in meant if self._is_named(one) and self._holds(one)]
        held = tuple(one for one in meant if self._holds(one))
        if held == meant:
            return [event]
        if isinstance(event, TakenOver):
            return [event.model_copy(update={"meaning": held})]
        return [taken_over(event, held)] if isinstance(event, Joining) else []

    def _is_named(self, event: DomainEvent) -> TypeGuard[PlanEvent]:
        return isinstance(event, MemberAdded) and event.member.member_id in self._named

    def _holds(self, event: DomainEvent) -> bool:
        """Whether what it rests on is there; then it changes what others rest on."""
        match event:
            case PlanOpened():
                self._members = {one.member_id for one in event.members}
                self._agencies = {one.agency for one in event.parties}
                return True
            case PlanClosed() | PlanReopened():
                changes = self._closed is isinstance(event, PlanReopened)
                self._closed = isinstance(event, PlanClosed)
                return changes
        return self._takes_part(event) and self._leads(event)

    def _takes_part(self, event: DomainEvent) -> bool:
        match event:
            case MemberAdded():
                return _enter(self._members, event.member.member_id)
            case MemberRemoved():
                return _leave(self._members, event.member_id)
            case AgencyJoined():
                return _enter(self._agencies, event.party.agency)
            case AgencyLeft():
                return _leave(self._agencies, event.agency)
        return True

    def _leads(self, event: DomainEvent) -> bool:
        before: LeadCaseworker | None = None
        after: LeadCaseworker | None = None
        match event:
            case LeadAssigned():
                after = event.lead
            case LeadHandedOver():
                before, after = event.outgoing, event.incoming
            case LeadReleased():
                before = event.lead
            case _:
                return True
        if self._lead != before:
            return False
        self._lead = after
        return True


def _enter(there: set[str], one: str) -> bool:
    is_new = one not in there
    there.add(one)
    return is_new


def _leave(there: set[str], one: str) -> bool:
    was_there = one in there
    there.discard(one)
    return was_there
