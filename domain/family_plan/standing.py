"""What becomes of one family's events in the history of another that it was merged into."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from pydantic import InstanceOf

from domain.events import DomainEvent
from domain.family_plan import names as naming
from domain.family_plan.agencies import AgencyJoined, AgencyLeft
from domain.family_plan.core import PlanEvent
from domain.family_plan.handover import HandoverDeclined, HandoverOffered, HandoverWithdrawn
from domain.family_plan.leadership import LeadAssigned, LeadHandedOver, LeadReleased
from domain.family_plan.lifecycle import PlanClosed, PlanOpened, PlanReopened
from domain.family_plan.members import MemberAdded, MemberRemoved
from domain.family_plan.names import Item, Names
from domain.family_plan.phases import PhaseEntered, VariantChosen

OF_THE_PLAN_ITSELF: tuple[type[PlanEvent], ...] = (
    PlanOpened,
    PlanClosed,
    PlanReopened,
    VariantChosen,
    PhaseEntered,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    HandoverOffered,
    HandoverWithdrawn,
    HandoverDeclined,
    AgencyJoined,
    AgencyLeft,
)
"""What a family's events say of its own plan does not hold for the one it was merged into."""


class Joining(PlanEvent):
    """By which families are merged and split."""

    @property
    def partner(self) -> str:
        """The other family's id."""
        raise NotImplementedError


class TakenOver(PlanEvent):
    """An event of a merged family that says something of its own plan. It is never stored.

    ``original`` is that event; ``meaning`` what it amounts to for the plan that goes on.
    """

    original: InstanceOf[PlanEvent]
    meaning: tuple[InstanceOf[DomainEvent], ...] = ()

    def means(self) -> tuple[DomainEvent, ...]:
        return self.meaning


def told_as(event: PlanEvent, event_class: type[PlanEvent], **facts: Any) -> PlanEvent:
    """A plainer event at the place and under the circumstances of another."""
    circumstances = {name: getattr(event, name) for name in PlanEvent.model_fields}
    return event_class(**circumstances, **facts)


def seen_from(
    event: PlanEvent, family_id: str, names: Names, shared: Collection[str] = ()
) -> PlanEvent:
    """An event of one family as the other sees it, under its own id and names.

    Args:
        shared: members (as the other family calls them) who are somebody's own there: that they
            were added or removed here says nothing there.
    """
    if isinstance(event, TakenOver | Joining):
        return _joining_seen_from(event, family_id, names, shared)
    shown = under(event, family_id, names)
    if isinstance(shown, PlanOpened):
        brought = [one for one in shown.members if one.member_id not in shared]
        return taken_over(shown, tuple(told_as(shown, MemberAdded, member=one) for one in brought))
    if isinstance(shown, MemberAdded) and shown.member.member_id in shared:
        return taken_over(shown)
    if isinstance(shown, MemberRemoved) and shown.member_id in shared:
        return taken_over(shown)
    if isinstance(shown, OF_THE_PLAN_ITSELF):
        return taken_over(shown)
    return shown


def _joining_seen_from(
    event: TakenOver | Joining, family_id: str, names: Names, shared: Collection[str]
) -> PlanEvent:
    """Of an earlier merge and split only counts who was named then in what stayed."""
    told = [
        under(one, family_id, names)
        for one in event.means()
        if isinstance(one, MemberAdded | MemberRemoved)
    ]
    original = event.original if isinstance(event, TakenOver) else event
    return taken_over(
        under(original, family_id, names),
        tuple(one for one in told if _member_of(one) not in shared),
    )


def _member_of(event: PlanEvent) -> str:
    if isinstance(event, MemberAdded):
        return event.member.member_id
    return event.member_id if isinstance(event, MemberRemoved) else ""


def under(event: PlanEvent, family_id: str, names: Names) -> PlanEvent:
    """The same event under another family's id and names."""
    shown = event.model_copy(update={"family_id": family_id})
    if not names:
        return shown
    return type(event).model_validate(names.apply(shown.model_dump(mode="json")))


def mentioning(event: PlanEvent, is_kept: Callable[[Item], bool]) -> PlanEvent:
    """The same event, with only those mentions of other items that are kept."""
    facts = event.model_dump(mode="json")
    kept = naming.mentioning(facts, is_kept)
    return event if kept == facts else type(event).model_validate(kept)


def taken_over(event: PlanEvent, meaning: tuple[DomainEvent, ...] = ()) -> TakenOver:
    """An event that is shown as it is, and means something else."""
    circumstances = {name: getattr(event, name) for name in PlanEvent.model_fields}
    return TakenOver(**circumstances, original=event, meaning=meaning)
