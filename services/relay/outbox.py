"""What the relay still has to publish: events it has not passed yet, and the plans they changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Engine

from domain.family_plan import AgencyLeft, PlanEvent
from domain.family_plan.conferences import ConferenceClosed
from domain.family_plan.merging import MergedInto
from projections import agency_families, conference_rows, current_plan
from services.read_model.follower import Follower, Role, Window
from services.read_model.source import EventSource
from services.relay.cuts import Cutter, PartyCut, Sent
from services.views.records import Look

NAME = "relay"
VERSION = 1
READS = (
    agency_families.projection,
    current_plan.projection,
    conference_rows.projection,
)
"""The views that show what is published. The relay never gets ahead of them."""
PLANS_AT_ONCE = 100
"""Plans that a batch sends at most, however many events it has. So a batch ends in seconds: a relay
that is told to stop finishes the one it is at, and one that died publishes it again."""

_ONE_RELAY = 0x0E_71_A5
"""Our key for PostgreSQL's advisory lock."""


Placed = tuple[tuple[int, PlanEvent], ...]
"""Events, each with its position in the log."""


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that changed, and what its parties are to be sent.

    ``position`` is that of the last of the events that changed it; ``sent`` is what the parties
    have been sent once that is done.
    """

    family_id: str
    position: int
    cuts: tuple[PartyCut, ...]
    sent: Sent


@dataclass(frozen=True, slots=True)
class Batch:
    """What comes next: the plans' events in a window, and who may no longer see a plan.

    ``plans`` has the events of each plan that is to be sent. ``departed`` has pairs of a family and
    an agency. ``more`` says whether there are events behind these.
    """

    window: Window
    events: Placed
    plans: dict[str, Placed]
    departed: tuple[tuple[str, str], ...]
    more: bool


class Outbox:
    """The relay's place in the event log. Not for use by two threads at once.

    One relay works at a time (see :class:`services.read_model.follower.Follower`), which keeps an
    older view from being published after a newer one.
    """

    def __init__(self, engine: Engine, source: EventSource, cutter: Cutter) -> None:
        self._cutter = cutter
        self._follower = Follower(engine, source, Role(NAME, VERSION, READS, lock=_ONE_RELAY))

    def open(self) -> None:
        """Create what is missing. Raises SQLAlchemyError when the database cannot be reached."""
        self._follower.open()

    def close(self) -> None:
        """Let another relay take over."""
        self._follower.close()

    def next(self, limit: int) -> Batch | None:
        """The next batch of at most ``limit`` events, or None when there is nothing to do now.

        What its plans are by now is read here: where that fails, nothing of it is published.

        Raises:
            SQLAlchemyError, eventsourcing.persistence.PersistenceError: when a database fails.
        """
        with self._follower.window(limit) as window:
            if window is None or not window.events:
                return None
        taken = self._at_once(window)
        events = tuple(
            (one.position, one.event) for one in taken.events if isinstance(one.event, PlanEvent)
        )
        more = len(window.events) == limit or len(taken.events) < len(window.events)
        plans = self._plans(events)
        departed = tuple(self._departed(event for _, event in events))
        return Batch(taken, events, plans, departed, more)

    def changes(self, batch: Batch) -> Iterator[Change]:
        """Each plan that a batch changed, cut for its parties as it is taken from here.

        Raises:
            SQLAlchemyError, eventsourcing.persistence.PersistenceError: when a database fails.
        """
        for family_id, own in batch.plans.items():
            cuts, sent = self._cutter.cuts(family_id, [event for _, event in own])
            yield Change(family_id, own[-1][0], cuts, sent)

    def looks(self, change: Change) -> list[Look]:
        """What is put on record before a change is sent."""
        return self._cutter.looks(change.family_id, change.cuts)

    def sent(self, changes: Iterable[tuple[str, Sent]]) -> None:
        """Keep in mind that this was sent of these families."""
        for family_id, sent in changes:
            self._cutter.remember(family_id, sent)

    def passed(self, batch: Batch) -> None:
        """Save that this batch was published.

        Raises:
            Overtaken: when another relay has saved it.
            SQLAlchemyError: when the database fails.
        """
        with self._follower.passing(batch.window):
            pass

    def _at_once(self, window: Window) -> Window:
        """As much of a window as changes no more plans than are sent at once."""
        plans: set[str] = set()
        told = cache(self._cutter.told)
        for place, one in enumerate(window.events):
            event = one.event
            if not isinstance(event, PlanEvent):
                continue
            if event.originator_version > told(event.family_id):
                plans.add(event.family_id)
            if len(plans) > PLANS_AT_ONCE:
                events = window.events[:place]
                return replace(window, position=events[-1].position, events=events)
        return window

    def _plans(self, events: Placed) -> dict[str, Placed]:
        """The plans that are to be sent, read as they are by now, each with its events.

        What is sent is as it is now: later than these events perhaps, and never earlier. So a plan
        that was sent with them already is not sent again. What was said in a plan that is part of
        another one by now is sent from there.
        """
        told = cache(self._cutter.told)
        new = [
            (position, event)
            for position, event in events
            if event.originator_version > told(event.family_id)
            or isinstance(event, ConferenceClosed)
        ]
        changed = dict.fromkeys(event.family_id for _, event in new)
        self._cutter.read(changed)
        homes = {family_id: self._cutter.home_of(family_id) for family_id in changed}
        self._cutter.read(set(homes.values()) - changed.keys())
        plans: dict[str, list[tuple[int, PlanEvent]]] = {}
        for position, event in new:
            plans.setdefault(homes[event.family_id], []).append((position, event))
        return {family_id: tuple(own) for family_id, own in plans.items()}

    def _departed(self, events: Iterable[PlanEvent]) -> Iterator[tuple[str, str]]:
        left: dict[str, set[str]] = {}
        for event in events:
            for agency in _left(event):
                left.setdefault(event.family_id, set()).add(agency)
        for family_id, agencies in left.items():
            for agency in sorted(agencies - self._cutter.parties_of(family_id)):
                self._cutter.forget(family_id, agency)
                yield family_id, agency


def _left(event: PlanEvent) -> Iterator[str]:
    """The agencies that have no part in this family's plan any more."""
    for one in event.means():
        if isinstance(one, AgencyLeft):
            yield one.agency
        elif isinstance(one, MergedInto):
            yield from one.agencies
