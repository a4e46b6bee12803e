"""What the lead could have known of a family on a day, and what had happened that nobody told yet.

The page has what was recorded by then, and no more. Beside it stands the gap: what had happened
already and came to be known later, with when and by whom. That gap is seen with hindsight.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from domain.family_plan import PlanEvent
from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.incidents import IncidentRecorded
from domain.family_plan.questions import QuestionAnswered, QuestionAsked
from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
    SignalStrengthened,
)
from domain.family_plan.standing import Joining
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.keys import plan_id
from domain.need_to_know.audience import audience_of
from domain.need_to_know.categories import Category
from domain.need_to_know.labels import Label
from domain.need_to_know.sight import Sight
from domain.need_to_know.standing import Standing
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import LeadCaseworker, UtcDateTime
from projections.current_plan import PLAN, PlanView
from projections.family_timeline import TimelineEntry
from projections.open_questions import QUESTIONS
from projections.plan_model import SaidBy, View, said_by
from projections.question_model import QuestionsView
from projections.signals import SIGNALS, SignalsView
from projections.terms import TERMS, TermsView
from services.views.past import Past
from services.views.shown import shown

FOLLOWS = (
    TermStarted,
    TermMet,
    TermExpired,
    SignalRaised,
    SignalStrengthened,
    SignalLapsed,
    SignalAccepted,
    SignalSetAside,
    Joining,
)
"""What the service concludes, or does with the files: it did not happen in the family."""


class LeadThen(View):
    """Who led the plan at the moment; ``could_see`` is what a lead sees by the policy table."""

    person_id: str
    name: str
    agency: str
    since: UtcDateTime
    could_see: tuple[Category, ...]


class LaterKnown(View):
    """Something that had happened and was not known yet.

    ``happened_at`` is when it began, ``known_at`` when it came to be known in this family, ``days``
    the whole days between them. ``said_by`` told it then.
    """

    type: str
    summary: str
    happened_at: UtcDateTime
    known_at: UtcDateTime
    days: int
    said_by: SaidBy
    item_ids: tuple[str, ...]
    about: tuple[str, ...]
    by: tuple[str, ...]
    against: tuple[str, ...]


class KnownThen(View):
    """What could be known of a family at a moment.

    All of it is what the lead of that moment could see, and of that what who asks may see now;
    without a lead then it is what who asks may see of what was on file. ``withheld`` and
    ``partly`` are the categories that the policy table keeps from who asks. What counts as overdue
    is judged at the moment itself. ``gap`` is sorted by when it happened.
    """

    family_id: str
    at: UtcDateTime
    lead: LeadThen | None
    withheld: tuple[Category, ...]
    partly: tuple[Category, ...]
    plan: PlanView
    questions: QuestionsView
    terms: TermsView
    signals: SignalsView
    gap: tuple[LaterKnown, ...]


def known_then(then: Past, today: Past) -> KnownThen:
    """The page of a family at a moment.

    Args:
        then: the family in what was known at the moment.
        today: the same family, for the same viewer, in all that is known.

    Raises:
        NothingKnownYet: when nothing was known then.
    """
    then.require_known()
    lead, seen = _as_the_lead(then)
    told = shown(seen.view(PLAN), then.audience)
    return KnownThen(
        family_id=then.family_id,
        at=then.now,
        lead=lead,
        withheld=told.withheld,
        partly=told.partly,
        plan=told.view,
        questions=seen.view(QUESTIONS),
        terms=seen.view(TERMS),
        signals=seen.view(SIGNALS),
        gap=tuple(sorted(_gap(then, today), key=lambda one: (one.happened_at, one.known_at))),
    )


def _as_the_lead(then: Past) -> tuple[LeadThen | None, Past]:
    """Who led then, and the family cut to what they could see."""
    standing, since = Standing(), then.now
    lead: LeadCaseworker | None = None
    for event in then.known:
        standing.take(event)
        if standing.lead != lead:
            lead, since = standing.lead, event.occurred_at
    if lead is None:
        return None, then
    viewer = Viewer(role=ViewerRole.LEAD, person_id=lead.person_id, agency=lead.agency)
    audience = audience_of(viewer, standing, then.family_id, then.now)
    if audience is None:
        return None, then
    named = LeadThen(
        person_id=lead.person_id,
        name=lead.name,
        agency=lead.agency,
        since=since,
        could_see=audience.categories,
    )
    return named, then.through(audience)


class _Told(NamedTuple):
    event: PlanEvent
    label: Label
    known_at: datetime


def _gap(then: Past, today: Past) -> Iterator[LaterKnown]:
    known = {(one.originator_id, one.originator_version) for one in then.known}
    sight, entries = Sight(today.audience), iter(today.entries())
    for told in _told_in_order(today):
        event = told.event
        seen = sight.see(event, told.label)
        if seen is None:
            continue
        entry = next(entries)
        if (event.originator_id, event.originator_version) in known:
            continue
        if _is_told(event) and happened_at(event) <= then.now:
            yield _later(seen, entry, told.known_at)


def _told_in_order(today: Past) -> Iterator[_Told]:
    """Each event with when it came to be known here: that of another family with the merge."""
    own = plan_id(today.family_id)
    coming: datetime | None = None
    found: list[_Told] = []
    for event, label in reversed(today.told):
        if event.originator_id == own or coming is None:
            coming = event.recorded_at
        found.append(_Told(event, label, max(coming, event.recorded_at)))
    return reversed(found)


def _is_told(event: PlanEvent) -> bool:
    """Whether somebody told that something happened."""
    by_itself = isinstance(event, QuestionAsked | QuestionAnswered) and event.by_itself
    return not by_itself and not isinstance(event, FOLLOWS)


def happened_at(event: PlanEvent) -> datetime:
    """When what an event tells of began (UTC): an incident or a talk may be told of later."""
    match event:
        case IncidentRecorded():
            return min(event.incident.began_at, event.occurred_at)
        case ConversationHeld():
            return min(event.conversation.held_at, event.occurred_at)
    return event.occurred_at


def _later(event: PlanEvent, entry: TimelineEntry, known_at: datetime) -> LaterKnown:
    began = happened_at(event)
    return LaterKnown(
        type=entry.type,
        summary=entry.summary,
        happened_at=began,
        known_at=known_at,
        days=(known_at - began).days,
        said_by=said_by(event.provenance),
        item_ids=entry.item_ids,
        about=entry.about,
        by=entry.by,
        against=entry.against,
    )
