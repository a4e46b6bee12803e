"""Replay: every event in the order in which it was recorded, with constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from domain.case_reference import CaseReferenceLinked
from domain.erasure import ErasureEvent
from domain.erasure.legal_hold import HoldEvent
from domain.family_plan import PlanEvent
from domain.persons.match import MatchEvent
from domain.persons.person import PersonEvent
from domain.receipt import EventAccepted
from domain.values import AgencyCode, FamilyId, UtcDateTime
from services.read_model.source import EventSource, RecordedEvent
from services.store.told import Told

PAGE = 1000
"""Events that are read together."""
NO_FACTS = ("timestamp", "originator_topic")
HISTORIC = (
    PlanEvent,
    CaseReferenceLinked,
    EventAccepted,
    PersonEvent,
    MatchEvent,
    ErasureEvent,
    HoldEvent,
)


class HistorySource(Protocol):
    """What the history is read from (:class:`services.store.event_log.EventLog`)."""

    def told_after(self, position: int, limit: int) -> Sequence[Told]:
        """What is stored of the next ``limit`` events at most, in order; empty at the end."""


class HistoryEntry(BaseModel):
    """One event of the history; times are in UTC.

    ``agency`` is who said it (None for a person or the service itself), ``facts`` are all that its
    type says. ``family_id`` is None for what is about no family.
    """

    model_config = ConfigDict(frozen=True)

    position: int
    aggregate_id: str
    version: int
    type: str
    family_id: str | None
    recorded_at: UtcDateTime
    occurred_at: UtcDateTime
    agency: AgencyCode | None
    facts: dict[str, Any]


LARGEST_POSITION = 2**63 - 1
"""The largest whole number that both databases hold."""


class Chosen(BaseModel):
    """Which events are asked for; what is None chooses all.

    ``agency`` is who said it, or whose event was accepted. ``since`` and ``until`` are moments at
    which we came to know it (``recorded_at``), both included. ``after`` is a position that was
    shown already.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family_id: FamilyId | None = None
    agency: AgencyCode | None = None
    since: UtcDateTime | None = None
    until: UtcDateTime | None = None
    after: Annotated[int, Field(ge=0, le=LARGEST_POSITION)] = 0

    def holds(self, event: HistoryEntry) -> bool:
        """Whether this event is one of them; its position and its facts are not looked at."""
        return (
            (self.family_id is None or event.family_id == self.family_id)
            and (self.agency is None or event.agency == self.agency)
            and (self.since is None or event.recorded_at >= self.since)
            and (self.until is None or event.recorded_at <= self.until)
        )


EVERYTHING = Chosen()


def recorded_events(source: EventSource, after: int = 0) -> Iterator[RecordedEvent]:
    """All events past a position, page by page."""
    while page := source.after(after, PAGE):
        yield from page
        after = page[-1].position


def pages(
    source: HistorySource,
    chosen: Chosen = EVERYTHING,
    passed: Callable[[int], None] = lambda _position: None,
) -> Iterator[list[HistoryEntry]]:
    """The history page by page as it is read, oldest first; a page may hold nothing chosen.

    Args:
        passed: told each position that was read this far, to show how far it is.

    Raises:
        TypeError: for an event of which the history does not know how to show it.
        MapperDeserialisationError: for one that cannot be read; a chosen one also when its seal
            is broken or a key is missing.
    """
    after = chosen.after
    while page := source.told_after(after, PAGE):
        after = page[-1].position
        shown = ((one, _heading(one)) for one in page)
        yield [_with_facts(entry, one) for one, entry in shown if chosen.holds(entry)]
        passed(after)


def replay(
    source: HistorySource,
    chosen: Chosen = EVERYTHING,
    passed: Callable[[int], None] = lambda _position: None,
) -> Iterator[HistoryEntry]:
    """The history one by one, in a memory that does not grow with it; else as :func:`pages`."""
    return chain.from_iterable(pages(source, chosen, passed))


def on_record(
    read: Iterable[list[HistoryEntry]], record: Callable[[Sequence[str]], None]
) -> Iterator[list[HistoryEntry]]:
    """The same pages; each family's look is on record before its first entry is shown.

    Args:
        record: puts looks at these families on record, and raises when it cannot.
    """
    recorded: set[str] = set()
    for page in read:
        named = dict.fromkeys(one.family_id for one in page if one.family_id is not None)
        new = [one for one in named if one not in recorded]
        if new:
            record(new)
            recorded.update(new)
        yield page


def entries_as_seen(
    events: Iterable[PlanEvent], chosen: Chosen = EVERYTHING
) -> Iterator[HistoryEntry]:
    """A family's history as somebody may see it, oldest first.

    Positions count what is seen. The ids of the messages behind an event are left out: they name
    who sent them.

    Args:
        events: what the gate shows of it.
    """
    for position, event in enumerate(events, start=1):
        if position <= chosen.after:
            continue
        entry = _heading(told := Told.of(position, event))
        if chosen.holds(entry):
            facts = _with_facts(entry, told).facts
            who = {name: facts["provenance"][name] for name in ("actor", "role", "agency")}
            yield entry.model_copy(update={"facts": {**facts, "provenance": who}})


def _heading(told: Told) -> HistoryEntry:
    """The entry without its facts: nothing of it is personal, and no key is needed."""
    state, kind = told.state, told.kind
    if not issubclass(kind, HISTORIC):
        raise TypeError(f"the history cannot show {kind.__name__}")
    about = state["target"] if issubclass(kind, ErasureEvent) else state
    is_receipt = issubclass(kind, EventAccepted)
    return HistoryEntry.model_validate(
        {
            "position": told.position,
            "aggregate_id": told.aggregate_id,
            "version": told.version,
            "type": kind.__name__,
            # None for what is about a person whose families are not named in it.
            "family_id": about.get("family_id"),
            "recorded_at": state["timestamp"],
            "occurred_at": state["timestamp" if is_receipt else "occurred_at"],
            "agency": state["agency"] if is_receipt else state["provenance"]["agency"],
            "facts": {},
        }
    )


def _with_facts(entry: HistoryEntry, told: Told) -> HistoryEntry:
    facts = told.facts()
    for name in NO_FACTS:
        facts.pop(name, None)
    entry.facts.update(facts)
    return entry
