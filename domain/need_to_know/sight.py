"""Sight: the events of a family as one audience may see them, cut or left out.

What an audience reads is a fold over these events, so that nothing else can get into it.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import replace

from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed
from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.core import PlanEvent
from domain.family_plan.handover import HandoverOffered
from domain.family_plan.holdings import Holdings
from domain.family_plan.incidents import IncidentRecorded
from domain.family_plan.lifecycle import PlanOpened
from domain.family_plan.members import MemberAdded
from domain.family_plan.merging import FamilyMerged
from domain.family_plan.reports import FeedbackGiven, ReportReceived
from domain.family_plan.reviews import ReviewHeld
from domain.family_plan.splitting import FamilySplit, SplitFrom
from domain.family_plan.standing import TakenOver
from domain.need_to_know.audience import Audience
from domain.need_to_know.categories import Category
from domain.need_to_know.labels import Label
from domain.need_to_know.naming import ItemKey
from domain.values import AgendaItem, FamilyMember, Heard

WITHHELD = "(afgeschermd)"
"""Stands where a name is kept from whoever reads. In Dutch: families read it."""


class Sight:
    """What one audience sees of one family, event by event in their order."""

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self._seen: set[ItemKey] = set()
        self._count = 0

    def see(self, event: PlanEvent, label: Label) -> PlanEvent | None:
        """The family's next event as this audience may see it, or None.

        Its version counts the events that this audience sees: a gap would tell that there is
        something hidden, and when it came.
        """
        shown = visible(event, label, self.audience, self._seen)
        if shown is None:
            return None
        self._seen |= label.makes
        self._count += 1
        if self.audience.sees_all:
            return shown
        return _numbered(shown, self._count)


def _numbered(event: PlanEvent, version: int) -> PlanEvent:
    if not isinstance(event, TakenOver):
        return event.model_copy(update={"originator_version": version})
    numbered = {"originator_version": version}
    return event.model_copy(
        update={
            **numbered,
            "original": event.original.model_copy(update=numbered),
            "meaning": tuple(one.model_copy(update=numbered) for one in event.meaning),
        }
    )


def visible(
    event: PlanEvent, label: Label, audience: Audience, seen: Set[ItemKey]
) -> PlanEvent | None:
    """The event, a copy with what is kept from this audience taken out, or None.

    Args:
        seen: the items whose making this audience saw.
    """
    if not label.categories or audience.hidden & (label.needs | label.makes):
        return None
    if not all(audience.may_see(one, label) for one in label.categories):
        return None
    if not label.needs <= seen:
        return None
    cut = CUTS.get(type(event))
    return event if cut is None else cut(event, label, audience, seen)


Cut = Callable[[PlanEvent, Label, Audience, Set[ItemKey]], PlanEvent]


def _alone(label: Label, member_id: str) -> Label:
    """As a label of what is about this one member."""
    return replace(label, about=frozenset({member_id}))


def _member(member: FamilyMember, label: Label, audience: Audience) -> FamilyMember:
    if audience.may_see(Category.BIRTH_DATES, _alone(label, member.member_id)):
        return member
    return member.model_copy(update={"birth_date": None})


def _opened(event: PlanOpened, label: Label, audience: Audience, _seen: Set[ItemKey]) -> PlanEvent:
    if audience.sees_all:
        return event
    members = tuple(_member(one, label, audience) for one in event.members)
    return event.model_copy(update={"members": members})


def _added(event: MemberAdded, label: Label, audience: Audience, _seen: Set[ItemKey]) -> PlanEvent:
    return event.model_copy(update={"member": _member(event.member, label, audience)})


def _offered(
    event: HandoverOffered, _label: Label, audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    """What one lead says to the next may be of all categories."""
    if audience.sees_all:
        return event
    return event.model_copy(update={"offer": event.offer.model_copy(update={"words": None})})


def _incident(
    event: IncidentRecorded, label: Label, audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    if audience.may_see(Category.SOURCES, label):
        return event
    incident = event.incident.model_copy(update={"source": None})
    return event.model_copy(update={"incident": incident})


def _report(
    event: ReportReceived, label: Label, audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    if audience.may_see(Category.REPORTER, label):
        return event
    nobody = {"reporter": WITHHELD, "reporter_kind": None, "reporter_agency": None}
    return event.model_copy(update={"report": event.report.model_copy(update=nobody)})


def _feedback(
    event: FeedbackGiven, label: Label, audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    if audience.may_see(Category.REPORTER, label):
        return event
    return event.model_copy(update={"reporter_agency": None})


def _conversation(
    event: ConversationHeld, label: Label, audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    if audience.sees_all:
        return event

    def heard(one: Heard) -> Heard:
        if audience.may_see(Category.OWN_WORDS, _alone(label, one.member_id)):
            return one
        return one.model_copy(update={"words": None})

    held = event.conversation
    members = tuple(heard(one) for one in held.members)
    return event.model_copy(update={"conversation": held.model_copy(update={"members": members})})


def _review(event: ReviewHeld, _label: Label, _audience: Audience, seen: Set[ItemKey]) -> PlanEvent:
    decisions = tuple(
        one
        for one in event.review.decisions
        if one.goal_id is None or ("goal", one.goal_id) in seen
    )
    return event.model_copy(
        update={"review": event.review.model_copy(update={"decisions": decisions})}
    )


def _on_agenda(items: tuple[AgendaItem, ...], seen: Set[ItemKey]) -> tuple[AgendaItem, ...]:
    return tuple(one for one in items if (one.kind, one.item_id) in seen)


def _called(
    event: ConferenceCalled, _label: Label, _audience: Audience, seen: Set[ItemKey]
) -> PlanEvent:
    return event.model_copy(update={"agenda": _on_agenda(event.agenda, seen)})


def _closed(
    event: ConferenceClosed, _label: Label, _audience: Audience, seen: Set[ItemKey]
) -> PlanEvent:
    return event.model_copy(update={"unsettled": _on_agenda(event.unsettled, seen)})


def _merged(
    event: FamilyMerged, label: Label, audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    """What the other plan remembered is of all categories; no view needs it."""
    members = tuple(_member(one, label, audience) for one in event.members)
    return event.model_copy(update={"members": members, "holdings": Holdings()})


def _split_from(
    event: SplitFrom, label: Label, audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    members = tuple(_member(one, label, audience) for one in event.members)
    return event.model_copy(update={"members": members, "holdings": Holdings()})


def _split(
    event: FamilySplit, _label: Label, _audience: Audience, _seen: Set[ItemKey]
) -> PlanEvent:
    return event.model_copy(update={"handed_back": (), "items": (), "steps_on": ()})


def _taken(event: TakenOver, label: Label, audience: Audience, seen: Set[ItemKey]) -> PlanEvent:
    def cut(one: PlanEvent) -> PlanEvent:
        how = CUTS.get(type(one))
        return one if how is None else how(one, label, audience, seen)

    meaning = tuple(cut(one) if isinstance(one, PlanEvent) else one for one in event.meaning)
    return event.model_copy(update={"original": cut(event.original), "meaning": meaning})


CUTS: dict[type[PlanEvent], Callable[..., PlanEvent]] = {
    PlanOpened: _opened,
    MemberAdded: _added,
    HandoverOffered: _offered,
    IncidentRecorded: _incident,
    ReportReceived: _report,
    FeedbackGiven: _feedback,
    ConversationHeld: _conversation,
    ReviewHeld: _review,
    ConferenceCalled: _called,
    ConferenceClosed: _closed,
    FamilyMerged: _merged,
    SplitFrom: _split_from,
    FamilySplit: _split,
    TakenOver: _taken,
}
"""What is taken out of an event that may be seen in part."""
