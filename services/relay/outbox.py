"""What the relay still has to publish: events it has not passed yet, and the plans they changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from domain.family_plan import AgencyLeft, PlanEvent
from domain.family_plan.conferences import ConferenceClosed
from domain.family_plan.merging import MergedInto
from projections import agency_families, conference_rows, current_plan, family_timeline
from projections.agency_families import parties_of
from projections.conferences import ConferenceView, conference_view
from projections.current_plan import PlanView, plan_view
from projections.family_timeline import TimelineEntry
from projections.rows import Reader
from services.read_model.follower import Follower, Role, Window
from services.read_model.source import EventSource, RecordedEvent

NAME = "relay"
VERSION = 1
READS = (
    agency_families.projection,
    current_plan.projection,
    conference_rows.projection,
    family_timeline.projection,
)
"""The views that are published from. The relay never gets ahead of them."""

_ONE_RELAY = 0x0E_71_A5
"""Our key for PostgreSQL's advisory lock."""


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that changed: as it is now, who is to see it, and who may no longer.

    ``view`` is None for a family that is part of another one now.
    """

    family_id: str
    view: PlanView | None
    parties: tuple[str, ...]
    departed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A conference that ended, and who is to hear what came of it."""

    view: ConferenceView
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What comes next: the plans' events in a window, and what they brought about.

    ``changes`` has each plan they changed, ``results`` each conference they closed.
    """

    window: Window
    events: tuple[tuple[int, PlanEvent], ...]
    changes: tuple[Change, ...]
    results: tuple[Result, ...]


class Outbox:
    """The relay's place in the event log. Not for use by two threads at once.

    One relay works at a time (see :class:`services.read_model.follower.Follower`), which keeps an
    older view from being published after a newer one.
    """

    def __init__(self, engine: Engine, source: EventSource) -> None:
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
            new = [one.event for one in window.events if isinstance(one.event, PlanEvent)]
            return Batch(
                window=window,
                events=tuple(
                    (one.position, one.event)
                    for one in window.events
                    if isinstance(one.event, PlanEvent)
                ),
                changes=tuple(_changes(window.reader, new)),
                results=tuple(_results(window)),
            )

    def passed(self, batch: Batch) -> None:
        """Save that this batch was published.

        Raises:
            Overtaken: when another relay has saved it.
            SQLAlchemyError: when the database fails.
        """
        with self._follower.passing(batch.window):
            pass


def _changes(reader: Reader, events: Sequence[PlanEvent]) -> Iterator[Change]:
    left: dict[str, set[str]] = {}
    for event in events:
        agencies = left.setdefault(event.family_id, set())
        agencies.update(one.agency for one in event.means() if isinstance(one, AgencyLeft))
        if isinstance(event, MergedInto):
            agencies.update(event.agencies)
    for family_id, agencies in left.items():
        parties = parties_of(reader, family_id)
        yield Change(
            family_id,
            plan_view(reader, family_id),
            tuple(parties),
            tuple(sorted(agencies.difference(parties))),
        )


def _results(window: Window) -> Iterator[Result]:
    for recorded in window.events:
        if isinstance(recorded.event, ConferenceClosed):
            family_id, conference_id = _where_now(window.reader, recorded)
            view = conference_view(window.reader, family_id, conference_id)
            if view is None:
                raise LookupError(f"family {family_id} has no {conference_id}")
            yield Result(view, tuple(parties_of(window.reader, family_id)))


def _where_now(reader: Reader, recorded: RecordedEvent) -> tuple[str, str]:
    """The family whose history a conference is part of by now, and its id there.

    The views may be ahead of us: the family may have been merged or split since.
    """
    (entry,) = reader.select(TimelineEntry, where={"position": recorded.position})
    return entry.family_id, str(entry.facts["conference_id"])
