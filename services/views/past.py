"""A family at a moment: in what was known then, in what had happened until then, or in both."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from domain.family_plan import PlanEvent
from domain.family_plan.lifecycle import PlanOpened
from domain.keys import plan_id
from domain.need_to_know.audience import Audience
from domain.need_to_know.happened import seen_of
from domain.need_to_know.labels import labelled
from domain.need_to_know.policy import Access
from domain.values import utc
from projections.family_timeline import TimelineEntry, TimelinePage, timeline
from projections.family_timeline import projection as timeline_projection
from projections.rows import MemoryRows
from projections.views import FamilyView
from services.read_model.timetravel import Fold
from services.store.histories import Streams, history
from services.views.errors import BadQuestion, NothingHappenedYet, NothingKnownYet
from services.views.histories import Told
from services.views.paging import own_cursor

V = TypeVar("V", bound=BaseModel)


@dataclass(frozen=True)
class AsOf:
    """The moments that are asked for (UTC).

    Args:
        known_at: what had been recorded by then; None for all that is known.
        happened_until: of that, what had happened by then; None for all of it.
    """

    known_at: datetime | None = None
    happened_until: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether no moment was asked for."""
        return self.known_at is None and self.happened_until is None

    def counts_as_now(self, now: datetime) -> datetime:
        """What is overdue or still runs is judged at the earliest of the moments."""
        return min(one for one in (self.known_at, self.happened_until, now) if one is not None)

    def require_past(self, now: datetime) -> None:
        """What will be known, or happen, is not known yet.

        Raises:
            BadQuestion: for a moment that lies in the future.
            ValueError: for one without an offset.
        """
        for field, moment, present in (
            ("known_at", self.known_at, "is known"),
            ("happened_until", self.happened_until, "has happened"),
        ):
            if moment is not None and utc(moment) > now:
                raise BadQuestion(
                    field, f"this moment lies in the future; leave it out for what {present} now"
                )


class Past:
    """A family as one audience may see it now, at the moments that were asked for.

    Args:
        told: what was known of it at ``as_of.known_at``.
        now: the moment of asking.
    """

    def __init__(
        self, family_id: str, audience: Audience, as_of: AsOf, told: Told, now: datetime
    ) -> None:
        self.family_id = family_id
        self.audience = audience
        self.as_of = as_of
        self.now = as_of.counts_as_now(now)
        """What counts as now in it (UTC)."""
        self._take(told)

    def _take(self, told: Told) -> None:
        until = self.as_of.happened_until
        self.told = told.events
        """All that was known then, whoever looks, with labels."""
        self.events = seen_of(self.told, self.audience, until)
        """What the audience sees of it."""
        self._fold = Fold(self.events, told.rows if until is None else None)
        self._read: dict[tuple[FamilyView[Any], datetime], BaseModel] = {}

    @property
    def known(self) -> list[PlanEvent]:
        """All that was known then, whoever looks."""
        return [event for event, _ in self.told]

    def through(self, other: Audience) -> Past:
        """The same with only what this other audience may see as well."""
        seen = seen_of(self.told, other)
        if seen == self.known:
            return self
        narrowed = copy(self)
        narrowed._take(Told(labelled(seen)))  # noqa: SLF001 - a copy of itself
        return narrowed

    def go_on_from(self, earlier: Past) -> None:
        """Fold on from where the same family was at an earlier moment, if all of that still is."""
        self._fold.go_on_from(earlier._fold)

    def same(self, view: FamilyView[V], other: Past) -> bool:
        """Whether a view is the same in both, where the same moment counts as now."""
        return self._fold.same(view, other._fold)

    def view(self, view: FamilyView[V], now: datetime | None = None) -> V:
        """A view of the family then.

        Args:
            now: what counts as now, another moment than its own.

        Raises:
            NothingKnownYet: when nothing had been recorded by then.
            NothingHappenedYet: when its plan had not been opened by then.
        """
        self.require_known()
        if not any(self._opens(one) for one in self.events):
            raise NothingHappenedYet
        key = view, now or self.now
        if key not in self._read:
            fold = Fold(self.events[:1]) if is_blank(view, self.audience) else self._fold
            self._read[key] = existing(
                view, fold.read(view, self.family_id, key[1]), self.family_id
            )
        return cast("V", self._read[key])

    def entries(self) -> list[TimelineEntry]:
        """Each event that the audience sees as the timeline shows it, in the order of events."""
        rows = self._fold.rows((timeline_projection,))
        return rows.select(TimelineEntry, where={"family_id": self.family_id}, order=("position",))

    def timeline(self, limit: int, after: str | None) -> TimelinePage:
        """A page of its timeline; also of what happened before the plan was opened.

        Raises:
            NothingKnownYet: when nothing had been recorded by then.
            BadQuestion: for an ``after`` that no page gave.
        """
        self.require_known()
        until, rows = self.as_of.happened_until, MemoryRows()
        shown = seen_of(self.told, self.audience, until, with_named=False)
        for position, event in enumerate(shown, start=1):
            timeline_projection.handle(event, position, rows)
        with own_cursor():
            return timeline(rows, self.family_id, limit=limit, after=after)

    def require_known(self) -> None:
        """Raises NothingKnownYet when nothing had been recorded by then."""
        if not self.told:
            raise NothingKnownYet

    def _opens(self, event: PlanEvent) -> bool:
        return isinstance(event, PlanOpened) and event.originator_id == plan_id(self.family_id)


def past_of(
    family_id: str, audience: Audience, as_of: AsOf, streams: Streams, now: datetime
) -> Past:
    """A family at the moments that were asked for, out of the streams of the store.

    Args:
        streams: given a family's id, its own events; each stream is read once if it remembers.
        now: the moment of asking.
    """
    return Past(family_id, audience, as_of, told_by(family_id, streams, as_of.known_at), now)


def told_by(family_id: str, streams: Streams, known_at: datetime | None) -> Told:
    """What the streams of the store tell of a family at a moment (UTC), None for now."""
    told = history(family_id, streams, known_at=known_at)
    return Told(labelled(cast("PlanEvent", one.event) for one in told))


def is_blank(view: FamilyView[V], audience: Audience) -> bool:
    """Whether all that the view derives is kept from this audience."""
    return view.derives is not None and audience.access(view.derives) is Access.NONE


def existing(view: FamilyView[V], found: V | None, family_id: str) -> V:
    """The view of a family that has a plan, and so has it. Raises LookupError."""
    if found is None:
        raise LookupError(f"family {family_id} has a plan and no {view.name}")
    return found
