"""The families' histories as each audience may see them, in memory and always up to date.

What an audience reads is a fold over the events that it may see. The folds that were used last
stay in memory: another look at the same family costs one query for what is new, and that only.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import NamedTuple, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel

from domain.family_plan import PlanEvent
from domain.family_plan.standing import Joining
from domain.keys import plan_id
from domain.need_to_know.audience import Audience, audience_of
from domain.need_to_know.labels import Label, Labelled, Labels
from domain.need_to_know.sight import Sight
from domain.need_to_know.standing import Standing
from domain.need_to_know.viewer import Viewer
from projections.projection import Projection
from projections.registry import ALL
from projections.rows import MemoryRows, Reader
from projections.views import FamilyView
from services.store.application import OnePlan
from services.store.histories import history
from services.views.rows_when_read import RowsWhenRead

EVENTS_KEPT = 200_000
"""Events in memory at most, where one counts again for each audience it is folded for."""
AUDIENCES_KEPT = 16
"""Audiences of one family whose folds are kept."""

T = TypeVar("T")
V = TypeVar("V", bound=BaseModel)
EventId = tuple[UUID, int]
"""A stream of events, and a version in it."""


@dataclass(frozen=True)
class Told:
    """What was known of a family at a moment.

    Args:
        rows: what all projections made of what an audience sees of it, where that was done.
    """

    events: Sequence[Labelled]
    rows: MemoryRows | None = None


class Later(NamedTuple):
    """What came in a family's own plan after a version."""

    since: int
    events: Sequence[PlanEvent]


class Cut:
    """A family as one audience sees it."""

    def __init__(self, audience: Audience, projections: Sequence[Projection] = ALL) -> None:
        self.rows = RowsWhenRead(projections)
        self.taken = 0
        """How many of the family's events it has looked at."""
        self.seen: dict[EventId, PlanEvent] = {}
        """The events it sees, as it sees them, each by what it is in the store."""
        self._sight = Sight(audience)
        self._read: dict[str, BaseModel | None] = {}
        """What was read of these rows and stays so until the next event."""

    @property
    def copies(self) -> int:
        """How often it holds what it sees."""
        return 1 + len(self._read)

    def view(self, view: FamilyView[V], family_id: str, now: datetime) -> V | None:
        """A view of the family; what says the same at any moment is made once."""
        if not view.timeless:
            return view.read(self.rows, family_id, now)
        if view.name not in self._read:
            self._read[view.name] = view.read(self.rows, family_id, now)
        return cast("V | None", self._read[view.name])

    def take(self, event: PlanEvent, label: Label) -> None:
        """Look at the family's next event."""
        self.taken += 1
        self._read.clear()
        shown = self._sight.see(event, label)
        if shown is None:
            return
        self.seen[event.originator_id, event.originator_version] = shown
        self.rows.take(shown, len(self.seen))


class History:
    """One family's events with their labels, and the cuts of those who looked last.

    Of a family that was merged with others that is the history of all of them: what is new comes in
    the family's own stream, until it is merged or split again.
    """

    def __init__(self, family_id: str, projections: Sequence[Projection] = ALL) -> None:
        self.lock = threading.RLock()
        self.family_id = family_id
        self._projections = projections
        self._version = 0
        self.joined_at = 0
        """The version of its own plan that last merged it with another or split it, 0 for none."""
        self.events: list[Labelled] = []
        self.labels = Labels()
        self._cuts: OrderedDict[Audience, Cut] = OrderedDict()

    @property
    def joined(self) -> bool:
        """Whether it was ever merged with another, or split."""
        return self.joined_at > 0

    @property
    def standing(self) -> Standing:
        """What holds in the family now."""
        return self.labels.standing

    @property
    def weight(self) -> int:
        """The events it keeps in memory: its own, those of each audience, and what was read."""
        return len(self.events) * (1 + sum(one.copies for one in self._cuts.values()))

    @property
    def version(self) -> int:
        """How many events its own plan has."""
        return self._version

    def later(self, cut: Cut, version: int) -> Iterator[PlanEvent]:
        """What its own plan took after this version, as far as this cut shows it."""
        own = plan_id(self.family_id)
        for (originator_id, at), event in cut.seen.items():
            if originator_id == own and at > version:
                yield event

    def bring_up_to_date(self, application: OnePlan) -> None:
        """Take what others have recorded since."""
        self.take(application.later_events({plan_id(self.family_id): self._version}), application)

    def take(self, new: Sequence[PlanEvent], application: OnePlan) -> None:
        """Take what came next in its own plan."""
        if any(isinstance(event, Joining) for event in new):
            self._begin_anew(application)
            return
        for event in new:
            self._take(event)
            self._version = event.originator_version

    def _begin_anew(self, application: OnePlan) -> None:
        streams = cache(application.stream_of)
        own = [one.event for one in streams(self.family_id)]
        self.joined_at = max(one.originator_version for one in own if isinstance(one, Joining))
        self.events, self.labels = [], Labels()
        self._cuts.clear()
        for recorded in history(self.family_id, streams):
            self._take(cast("PlanEvent", recorded.event))
        self._version = own[-1].originator_version

    def _take(self, event: PlanEvent) -> None:
        self.events.append((event, self.labels.label(event)))

    def told(self, audience: Audience, known_at: datetime | None) -> Told:
        """What was known of it at a moment (UTC), None for now. Not of one that was joined."""
        events = self.events
        if known_at is not None:
            events = list(takewhile(lambda one: one[0].recorded_at <= known_at, events))
        if len(events) < len(self.events):
            return Told(events)
        return Told(list(events), self.cut(audience).rows.copy())

    def cut(self, audience: Audience) -> Cut:
        """The family as this audience sees it now."""
        cut = self._cuts.get(audience)
        if cut is None:
            cut = self._cuts[audience] = Cut(audience, self._projections)
        self._cuts.move_to_end(audience)
        if len(self._cuts) > AUDIENCES_KEPT:
            self._cuts.popitem(last=False)
        for event, label in self.events[cut.taken :]:
            cut.take(event, label)
        return cut


class Histories:
    """The histories that were looked at last. May be used by several threads at once.

    Every method raises eventsourcing.persistence.PersistenceError when the database fails.

    Args:
        kept: events in memory at most (see :data:`EVENTS_KEPT`).
        projections: those whose rows will be read; no others are folded.
    """

    def __init__(
        self,
        application: OnePlan,
        kept: int = EVENTS_KEPT,
        *,
        projections: Sequence[Projection] = ALL,
    ) -> None:
        self._application = application
        self._projections = projections
        self._kept = kept
        self._lock = threading.Lock()
        self._families: OrderedDict[str, History] = OrderedDict()
        self._weights: dict[str, int] = {}
        self._weight = 0
        self._generation = application.keys.generation

    def audience(self, viewer: Viewer, family_id: str, now: datetime) -> Audience | None:
        """Who this viewer is to this family now, None for whoever has no business with it."""
        return self._with(
            family_id,
            lambda history: (
                audience_of(viewer, history.standing, family_id, now) if history.events else None
            ),
        )

    def read(self, family_id: str, audience: Audience, read: Callable[[Reader], T]) -> T:
        """What ``read`` makes of the rows that this audience's events make."""
        return self._with(family_id, lambda history: read(history.cut(audience).rows))

    def view(
        self, view: FamilyView[V], family_id: str, audience: Audience, now: datetime
    ) -> V | None:
        """A view for this audience, of what held when :meth:`audience` said who it is, or later.

        What nothing is in memory of is read again.
        """
        return self._with(
            family_id,
            lambda history: history.cut(audience).view(view, family_id, now),
            looked=True,
        )

    def seen(self, family_id: str, audience: Audience) -> list[PlanEvent]:
        """The events that this audience may see, as far as it may see them, in their order."""
        if audience.sees_all:
            return self._with(family_id, lambda history: [one for one, _ in history.events])
        return self._with(family_id, lambda history: list(history.cut(audience).seen.values()))

    def told(
        self, family_id: str, audience: Audience, moments: Sequence[datetime | None]
    ) -> list[Told] | None:
        """What was known at each of these moments (UTC), None for now.

        None for a family that was ever merged or split: what was known of it then is not the
        beginning of what is known now.
        """

        def told(history: History) -> list[Told] | None:
            if history.joined:
                return None
            return [history.told(audience, one) for one in moments]

        return self._with(family_id, told)

    def look(self, family_id: str, look: Callable[[History], T], *, looked: bool = False) -> T:
        """What ``look`` makes of a family's history, which nobody else changes meanwhile.

        Args:
            looked: whether what is in memory was brought up to date a moment ago.
        """
        return self._with(family_id, look, looked=looked)

    def bring_up_to_date(self, family_ids: Sequence[str]) -> None:
        """Have the histories of these families in memory as they are now, with one query."""
        since = {
            family_id: 0 if (known := self._families.get(family_id)) is None else known.version
            for family_id in family_ids
        }
        later: dict[UUID, list[PlanEvent]] = {plan_id(one): [] for one in family_ids}
        asked = {plan_id(family_id): version for family_id, version in since.items()}
        for event in self._application.later_events(asked):
            later[event.originator_id].append(event)
        for family_id, version in since.items():
            new = Later(version, later[plan_id(family_id)])
            self._with(family_id, lambda _history: None, later=new)

    def forget(self, family_id: str) -> None:
        """Keep nothing of a family in memory, for what was erased or put under another family."""
        with self._lock:
            self._drop(family_id)

    def _with(
        self,
        family_id: str,
        use: Callable[[History], T],
        *,
        looked: bool = False,
        later: Later | None = None,
    ) -> T:
        """Use a history that is up to date.

        Args:
            looked: whether it was made so a moment ago.
            later: what others have recorded since, if that was asked for already.
        """
        generation = self._application.keys.generation
        with self._lock:
            if generation != self._generation:
                # A key was destroyed: what was decrypted with it must not be shown any more.
                self._families.clear()
                self._weights.clear()
                self._weight, self._generation = 0, generation
            history = self._families.get(family_id)
            if history is None:
                history = self._families[family_id] = History(family_id, self._projections)
            self._families.move_to_end(family_id)
        try:
            with history.lock:
                if later is not None and later.since == history.version:
                    history.take(later.events, self._application)
                elif not (looked and history.events):
                    history.bring_up_to_date(self._application)
                found = use(history)
                weight = history.weight
        except BaseException:
            # What was left half done must not be built on.
            self.forget(family_id)
            raise
        self._make_room(family_id, history, weight)
        return found

    def _make_room(self, family_id: str, history: History, weight: int) -> None:
        """Drop families that were looked at longest ago, and those that do not exist."""
        with self._lock:
            if self._families.get(family_id) is not history:
                return
            if not weight:
                self._drop(family_id)
                return
            self._weight += weight - self._weights.get(family_id, 0)
            self._weights[family_id] = weight
            while self._weight > self._kept and len(self._families) > 1:
                self._drop(next(iter(self._families)))

    def _drop(self, family_id: str) -> None:
        self._families.pop(family_id, None)
        self._weight -= self._weights.pop(family_id, 0)
