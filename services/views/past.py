"""A family at a moment: in what was known then, in what had happened until then, or in both."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from pydantic import BaseModel

from domain.family_plan import PlanEvent
from domain.family_plan.lifecycle import PlanOpened
from domain.keys import plan_id
from domain.need_to_know.audience import Audience
from domain.need_to_know.happened import as_seen
from domain.need_to_know.policy import Access
from domain.values import utc
from projections.family_timeline import TimelinePage, timeline
from projections.family_timeline import projection as timeline_projection
from projections.rows import MemoryRows
from projections.views import FamilyView
from services.read_model.timetravel import view_replayed
from services.store.histories import Streams, history
from services.views.errors import BadQuestion, NothingHappenedYet, NothingKnownYet
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
        streams: given a family's id, its own events; each stream is read once if it remembers.
        now: the moment of asking.
    """

    def __init__(
        self, family_id: str, audience: Audience, as_of: AsOf, streams: Streams, now: datetime
    ) -> None:
        self.family_id = family_id
        self.audience = audience
        self.as_of = as_of
        self.now = as_of.counts_as_now(now)
        """What counts as now in it (UTC)."""
        told = history(family_id, streams, known_at=as_of.known_at)
        self.known = [cast("PlanEvent", one.event) for one in told]
        """All that was known then, whoever looks."""
        self.events = as_seen(self.known, audience, as_of.happened_until)
        """What the audience sees of it."""

    def through(self, other: Audience) -> Past:
        """The same with only what this other audience may see as well."""
        narrowed = copy(self)
        narrowed.known = as_seen(self.known, other)
        narrowed.events = as_seen(narrowed.known, self.audience, self.as_of.happened_until)
        return narrowed

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
        shown = self.events[:1] if is_blank(view, self.audience) else self.events
        found = view_replayed(view, shown, self.family_id, now or self.now)
        return existing(view, found, self.family_id)

    def timeline(self, limit: int, after: str | None) -> TimelinePage:
        """A page of its timeline; also of what happened before the plan was opened.

        Raises:
            NothingKnownYet: when nothing had been recorded by then.
            BadQuestion: for an ``after`` that no page gave.
        """
        self.require_known()
        until, rows = self.as_of.happened_until, MemoryRows()
        shown = as_seen(self.known, self.audience, until, with_named=False)
        for position, event in enumerate(shown, start=1):
            timeline_projection.handle(event, position, rows)
        with own_cursor():
            return timeline(rows, self.family_id, limit=limit, after=after)

    def require_known(self) -> None:
        """Raises NothingKnownYet when nothing had been recorded by then."""
        if not self.known:
            raise NothingKnownYet

    def _opens(self, event: PlanEvent) -> bool:
        return isinstance(event, PlanOpened) and event.originator_id == plan_id(self.family_id)


def is_blank(view: FamilyView[V], audience: Audience) -> bool:
    """Whether all that the view derives is kept from this audience."""
    return view.derives is not None and audience.access(view.derives) is Access.NONE


def existing(view: FamilyView[V], found: V | None, family_id: str) -> V:
    """The view of a family that has a plan, and so has it. Raises LookupError."""
    if found is None:
        raise LookupError(f"family {family_id} has a plan and no {view.name}")
    return found
