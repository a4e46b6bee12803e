"""What the relay still has to publish: events it has not passed yet, and the plans they changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine

from domain.family_plan import AgencyLeft, PlanEvent
from domain.family_plan.merging import MergedInto
from projections import agency_families, conference_rows, current_plan
from services.read_model.follower import Follower, Role, Window
from services.read_model.source import EventSource
from services.relay.cuts import Cutter, PartyCut
from services.views.records import Look

NAME = "relay"
VERSION = 1
READS = (
    agency_families.projection,
    current_plan.projection,
    conference_rows.projection,
)
"""The views that show what is published. The relay never gets ahead of them."""

_ONE_RELAY = 0x0E_71_A5
"""Our key for PostgreSQL's advisory lock."""


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that changed: what its parties are to be sent, and who may no longer see it.

    ``position`` is that of the last of the events that changed it.
    """

    family_id: str
    position: int
    cuts: tuple[PartyCut, ...]
    departed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What comes next: the plans' events in a window, and each plan that they changed."""

    window: Window
    events: tuple[tuple[int, PlanEvent], ...]
    changes: tuple[Change, ...]


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

        Raises:
            SQLAlchemyError, eventsourcing.persistence.PersistenceError: when a database fails.
        """
        with self._follower.window(limit) as window:
            if window is None or not window.events:
                return None
            events = tuple(
                (one.position, one.event)
                for one in window.events
                if isinstance(one.event, PlanEvent)
            )
            return Batch(window, events, tuple(self._changes(events)))

    def looks(self, batch: Batch) -> list[Look]:
        """What is put on record before a batch is sent."""
        sent = ((change.family_id, cut) for change in batch.changes for cut in change.cuts)
        return self._cutter.looks(sent)

    def passed(self, batch: Batch) -> None:
        """Save that this batch was published.

        Raises:
            Overtaken: when another relay has saved it.
            SQLAlchemyError: when the database fails.
        """
        with self._follower.passing(batch.window):
            pass
        for change in batch.changes:
            self._cutter.remember(change.family_id, change.cuts)

    def _changes(self, events: Sequence[tuple[int, PlanEvent]]) -> Iterator[Change]:
        """What is sent is as it is now: later than these events perhaps, and never earlier.

        What was said in a plan that is part of another one by now is sent from there.
        """
        said: dict[str, list[tuple[int, PlanEvent]]] = {}
        left: dict[str, set[str]] = {}
        home_of = cache(self._cutter.home_of)
        for position, event in events:
            said.setdefault(home_of(event.family_id), []).append((position, event))
            left.setdefault(event.family_id, set()).update(_left(event))
        for family_id in {**said, **left}:
            own = said.get(family_id, [])
            gone = left.get(family_id, set())
            if gone:
                gone -= self._cutter.parties_of(family_id)
            yield Change(
                family_id=family_id,
                position=own[-1][0] if own else events[-1][0],
                cuts=self._cutter.cuts(family_id, [event for _, event in own]),
                departed=tuple(sorted(gone)),
            )


def _left(event: PlanEvent) -> Iterator[str]:
    """The agencies that have no part in this family's plan any more."""
    for one in event.means():
        if isinstance(one, AgencyLeft):
            yield one.agency
        elif isinstance(one, MergedInto):
            yield from one.agencies
