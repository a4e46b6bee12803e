"""What a projection does with an event, and that all views only know plan events."""

from __future__ import annotations

from typing import ClassVar

import pytest

from domain.case_reference import CaseReferenceLinked
from domain.erasure import ErasureEvent
from domain.erasure.legal_hold import HoldEvent
from domain.events import DomainEvent
from domain.family_plan import NoteAdded, PlanEvent, PlanOpened
from domain.family_plan.standing import Joining, TakenOver
from domain.persons.match import MatchEvent
from domain.persons.person import PersonEvent
from domain.receipt import EventAccepted
from projections import person_index
from projections.projection import Projection
from projections.registry import ALL
from projections.rows import MemoryRows, Row, Rows
from tests.golden.samples import sample_events
from tests.projections.support import dump_memory, events_of, folded, opened, recorded


class Seen(Row):
    table: ClassVar[str] = "seen"
    key: ClassVar[tuple[str, ...]] = ("position",)
    position: int
    handlers: str


def recording() -> Projection:
    projection = Projection("recording", 1, rows=(Seen,))

    def note(position: int, rows: Rows, name: str) -> None:
        row = rows.get(Seen, position) or Seen(position=position, handlers="")
        rows.put(row.model_copy(update={"handlers": f"{row.handlers} {name}".strip()}))

    @projection.on(PlanEvent)
    def _(_event: PlanEvent, position: int, rows: Rows) -> None:
        note(position, rows, "any")

    @projection.on(PlanOpened)
    def _(_event: PlanOpened, position: int, rows: Rows) -> None:
        note(position, rows, "opened")

    return projection


def test_the_handler_of_the_class_runs_before_those_of_its_bases() -> None:
    rows = MemoryRows()
    recording().handle(events_of(opened())[0], 7, rows)
    seen = rows.get(Seen, 7)
    assert seen is not None
    assert seen.handlers == "opened any"


def test_an_event_without_a_handler_is_ignored() -> None:
    projection = Projection("nothing", 1, rows=(Seen,))
    rows = MemoryRows()
    projection.handle(events_of(opened())[0], 1, rows)
    assert rows.select(Seen, where={}) == []


def test_two_handlers_for_one_class_are_refused() -> None:
    projection = recording()

    def second(_event: PlanOpened, _position: int, _rows: Rows) -> None: ...

    with pytest.raises(ValueError, match="handles PlanOpened already"):
        projection.on(PlanOpened)(second)


def test_a_projection_says_which_rows_an_event_needs() -> None:
    event = events_of(opened())[0]
    named = {(row.__name__, key) for one in ALL for row, key in one.needs(event)}
    assert named == {("PlanRow", ("F1", "plan", "F1")), ("CaseRow", ("F1",))}


def test_the_views_ignore_what_is_no_plan_event() -> None:
    others = [event for event in sample_events() if not isinstance(event, PlanEvent)]
    told_elsewhere = PersonEvent | MatchEvent | ErasureEvent | HoldEvent
    assert {type(event) for event in others if not isinstance(event, told_elsewhere)} == {
        CaseReferenceLinked,
        EventAccepted,
    }
    tables = dump_memory(folded(recorded(others)))
    filled = {table for table, rows in tables.items() if rows}
    assert filled == {row.table for row in person_index.projection.rows}


def test_the_views_take_every_plan_event_there_is() -> None:
    def leaves(cls: type[DomainEvent]) -> set[str]:
        below = [one for one in cls.__subclasses__() if one.__module__.startswith("domain.")]
        return set().union(*map(leaves, below)) if below else {cls.__name__}

    events = [event for event in sample_events() if isinstance(event, PlanEvent)]
    # What is taken over is never stored.
    assert {type(event).__name__ for event in events} == leaves(PlanEvent) - {TakenOver.__name__}
    # Families that are merged or split are folded from their histories (tests/store).
    events = [event for event in events if not isinstance(event, Joining)]
    tables = dump_memory(folded(recorded(events)))
    assert len(tables["family_timeline"]) == len(events)
    assert any(isinstance(event, NoteAdded) for event in events)


def test_names_and_tables_are_unique() -> None:
    names = [projection.name for projection in ALL]
    tables = [row.table for projection in ALL for row in projection.rows]
    assert len(set(names)) == len(names)
    assert len(set(tables)) == len(tables)
