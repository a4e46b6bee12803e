"""The history of a family: its own events, and those of the families that are part of it.

Events stay where they were recorded. From a merge on the history of the family that goes on holds
the other's too, under its own id and names, in the place of the merge; after a split each has
its own again, with what was handed back. A merged family has no history of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple, cast

from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.family_plan.members import MemberAdded
from domain.family_plan.merging import FamilyMerged, MergedInto, over
from domain.family_plan.names import Names
from domain.family_plan.splitting import FamilySplit, SplitFrom
from domain.family_plan.standing import TakenOver, mentioning, seen_from, under
from domain.values import FamilyMember
from services.read_model.source import RecordedEvent

Streams = Callable[[str], Sequence[RecordedEvent]]
"""Given a family's id, the events of its own plan in the order of their versions."""


class _Shown(NamedTuple):
    recorded: RecordedEvent
    guest: str | None

    def showing(self, event: PlanEvent) -> _Shown:
        """The same place with another event."""
        return self._replace(recorded=replace(self.recorded, event=event))


def history(
    family_id: str,
    streams: Streams,
    *,
    until: int | None = None,
    known_at: datetime | None = None,
) -> list[RecordedEvent]:
    """What counts as the history of a family, in the order in which a view has to be folded.

    Args:
        until: the last version of the family's own plan that counts.
        known_at: own events count up to the first that was recorded later, in UTC.
    """
    own: Sequence[RecordedEvent] = streams(family_id)
    if until is not None:
        own = [one for one in own if one.event.originator_version <= until]
    if known_at is not None:
        own = list(takewhile(lambda one: one.event.recorded_at <= known_at, own))
    shown: list[_Shown] = []
    resting: list[_Shown] = []
    for one in own:
        match one.event:
            case FamilyMerged():
                shown += [_Shown(it, one.event.other) for it in _taken_over(one.event, streams)]
                shown.append(_Shown(one, None))
            case FamilySplit():
                shown = [*_without(shown, one.event), _Shown(one, None)]
            case MergedInto():
                resting, shown = [*shown, _Shown(one, None)], []
            case SplitFrom():
                back = [_Shown(it, None) for it in _handed_back(one.event, streams)]
                shown = [*resting, *back, _Shown(one, None)]
            case _:
                shown.append(_Shown(one, None))
    return [it.recorded for it in shown]


def with_history(recorded: RecordedEvent, streams: Streams) -> RecordedEvent:
    """An event by which families are merged or split, together with the history it leads to."""
    event = recorded.event
    if not isinstance(event, FamilyMerged | MergedInto | FamilySplit | SplitFrom):
        return recorded
    told = history(event.family_id, streams, until=event.originator_version)
    return replace(recorded, history=tuple(told))


def _taken_over(event: FamilyMerged, streams: Streams) -> list[RecordedEvent]:
    names = Names(event.names)
    return [
        replace(
            one,
            event=seen_from(
                cast("PlanEvent", one.event), event.family_id, names, frozenset(event.shared)
            ),
        )
        for one in history(event.other, streams, until=event.other_version)
    ]


def _handed_back(event: SplitFrom, streams: Streams) -> list[RecordedEvent]:
    names, versions = Names(event.names).back(), frozenset(event.handed_back)
    held = frozenset(event.holdings.refs())
    return [
        replace(
            one,
            event=mentioning(
                under(cast("PlanEvent", one.event), event.family_id, names), held.__contains__
            ),
        )
        for one in streams(event.origin)
        if one.event.originator_version in versions
    ]


def _without(shown: Sequence[_Shown], event: FamilySplit) -> Iterator[_Shown]:
    """What stays when a family is split off. The merge says no more who came with it.

    Who is named in what stays was a member from the merge to the split.
    """
    gone = [it.recorded.event for it in shown if _leaves(it, event)]
    known = {one.member_id: one for fact in gone for one in _members_in(fact)}
    items = {(one.kind, one.item_id) for one in event.items}
    at_merge = False
    for it in shown:
        merged = it.recorded.event
        if _leaves(it, event):
            continue
        if isinstance(merged, FamilyMerged) and merged.other == event.other:
            told = [known[one] for one in event.remembered if one in known]
            yield it.showing(over(merged, told))
            at_merge = True
        elif at_merge and isinstance(merged, PlanEvent) and not isinstance(merged, TakenOver):
            yield it.showing(mentioning(merged, lambda one: one not in items))
        else:
            yield it


def _members_in(event: DomainEvent) -> Iterator[FamilyMember]:
    for fact in event.means():
        if isinstance(fact, MemberAdded):
            yield fact.member


def _leaves(shown: _Shown, event: FamilySplit) -> bool:
    if shown.guest is not None:
        return shown.guest == event.other
    it = shown.recorded.event
    own = it.originator_id == event.originator_id
    return own and it.originator_version in event.handed_back


def joined_then(family_id: str, streams: Streams, known_at: datetime) -> bool:
    """Whether the family was merged with another at that moment, and has been split from it since.

    What was known then is the history of both; who may see one of them need not see the other.
    """
    joined: set[str] = set()
    for event in (cast("PlanEvent", one.event) for one in streams(family_id)):
        then = event.recorded_at <= known_at
        if isinstance(event, FamilyMerged | MergedInto) and then:
            joined.add(event.partner)
        elif isinstance(event, FamilySplit | SplitFrom):
            if not then and event.partner in joined:
                return True
            joined.discard(event.partner)
    return False
