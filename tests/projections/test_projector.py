"""The projector: each event once, whatever fails and whoever else works on the same views."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import ClassVar

import pytest
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from domain.family_plan import NoteAdded, PlanEvent
from domain.family_plan.standing import Joining
from domain.values import Concern, LeadCaseworker, LifeDomain, Note
from projections import current_plan, family_timeline
from projections.current_plan import plan_view
from projections.projection import Projection
from projections.registry import ALL
from projections.rows import Row, Rows
from projections.sql import SqlReader, SqlRows
from services.read_model.batch import ProjectionFailed
from services.read_model.engine import reading
from services.read_model.projector import Projector
from services.read_model.source import RecordedEvent
from tests.golden.samples import sample_events
from tests.projections.support import (
    ListSource,
    at,
    context,
    dump_memory,
    dump_sql,
    events_of,
    folded,
    opened,
    recorded,
    running,
    wait_until,
)


class Tally(Row):
    """How many events of a family were applied: applying one twice shows."""

    table: ClassVar[str] = "tally"
    key: ClassVar[tuple[str, ...]] = ("family_id",)
    family_id: str
    events: int = 0
    positions: tuple[int, ...] = ()


def tally(version: int = 1, *, fails_on: type[PlanEvent] | None = None) -> Projection:
    projection = Projection("tally", version, rows=(Tally,))

    @projection.on(PlanEvent)
    def _(event: PlanEvent, position: int, rows: Rows) -> None:
        if fails_on is not None and isinstance(event, fails_on):
            raise KeyError("Anna Jansen")
        row = rows.get(Tally, event.family_id) or Tally(family_id=event.family_id)
        rows.put(
            row.model_copy(
                update={"events": row.events + 1, "positions": (*row.positions, position)}
            )
        )

    return projection


def stored_tally(engine: Engine, family_id: str = "F0") -> Tally | None:
    with reading(engine) as connection:
        found = SqlReader(connection).select(Tally, where={"family_id": family_id})
    return found[0] if found else None


def busy_families(families: int, notes: int) -> list[RecordedEvent]:
    """Events of several families, interleaved, at positions with gaps."""
    plans = [opened(f"F{number}") for number in range(families)]
    for number in range(notes):
        for plan in plans:
            plan.add_note(Note(note_id=f"n{number}", text="a remark"), context(at(3)))
            plan.raise_concern(
                Concern(concern_id=f"c{number}", life_domain=LifeDomain.SAFETY, text="fear"),
                context(at(3)),
            )
    per_plan = [events_of(plan) for plan in plans]
    mixed = [event for together in zip(*per_plan, strict=True) for event in together]
    return recorded(mixed, start=5, gap=3)


def drain(projector: Projector, limit: int = 500) -> None:
    while projector.catch_up(limit):
        pass


def test_a_batch_is_applied_with_its_position(engine: Engine) -> None:
    projector = Projector(engine, ListSource(busy_families(1, 2)))
    assert projector.positions() == dict.fromkeys((one.name for one in ALL), 0)
    assert projector.catch_up(limit=2) == 2
    assert set(projector.positions().values()) == {8}
    assert projector.catch_up(limit=500) == 3
    assert set(projector.positions().values()) == {17}
    assert projector.catch_up() == 0


def test_events_of_all_kinds_and_other_aggregates(engine: Engine) -> None:
    # Families that are merged or split are folded from their histories (tests/store).
    events = recorded([one for one in sample_events() if not isinstance(one, Joining)])
    projector = Projector(engine, ListSource(events))
    drain(projector)
    assert set(projector.positions().values()) == {events[-1].position}
    assert dump_sql(engine) == dump_memory(folded(events))


def test_a_batch_that_fails_halfway_leaves_nothing_behind(engine: Engine) -> None:
    projections = [family_timeline.projection, tally(fails_on=NoteAdded)]
    projector = Projector(engine, ListSource(busy_families(1, 2)), projections)
    with pytest.raises(ProjectionFailed) as failed:
        projector.catch_up()
    assert str(failed.value) == "projection tally fails on NoteAdded at position 8: KeyError"
    assert projector.positions() == {"family_timeline": 0, "tally": 0}
    assert not any(dump_sql(engine, projections).values())


def test_projections_at_different_positions_come_together(engine: Engine) -> None:
    source = ListSource(busy_families(1, 5))
    assert Projector(engine, source, [family_timeline.projection]).catch_up(limit=4) == 4
    projections = [family_timeline.projection, tally()]
    projector = Projector(engine, source, projections)
    assert projector.positions() == {"family_timeline": 14, "tally": 0}
    assert projector.catch_up(limit=500) == 4
    assert projector.positions() == {"family_timeline": 14, "tally": 14}
    assert projector.catch_up(limit=500) == 7
    assert set(projector.positions().values()) == {35}
    assert len(dump_sql(engine, projections)["family_timeline"]) == 11


class RacingSource(ListSource):
    """Lets a second projector pass by, between the first one's reading and its writing."""

    def __init__(self, events: list[RecordedEvent], race: Callable[[], object]) -> None:
        super().__init__(events)
        self._race: Callable[[], object] | None = race

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        found = super().after(position, limit)
        race, self._race = self._race, None
        if race is not None:
            race()
        return found


@pytest.mark.parametrize("ahead", [1, 3, 100])
def test_who_was_overtaken_applies_nothing_twice(engine: Engine, ahead: int) -> None:
    events = busy_families(1, 5)
    projections = [tally()]
    other = Projector(engine, ListSource(events), projections)
    projector = Projector(
        engine, RacingSource(events, lambda: other.catch_up(limit=ahead)), projections
    )
    drain(projector, limit=3)
    found = stored_tally(engine)
    assert found is not None
    assert found.positions == tuple(one.position for one in events)


def test_two_projectors_at_once_give_what_one_gives(engine: Engine) -> None:
    events = busy_families(4, 20)
    projections = [*ALL, tally()]
    done = threading.Barrier(2)
    applied: list[int] = []

    def work() -> None:
        projector = Projector(engine, ListSource(events), projections)
        done.wait()
        while count := projector.catch_up(limit=7):
            applied.append(count)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(applied) == len(events)
    assert dump_sql(engine, projections) == dump_memory(folded(events, projections), projections)


class Rung:
    """News that a test brings."""

    def __init__(self) -> None:
        self.bell = threading.Event()

    def wait(self, seconds: float) -> bool:
        rung = self.bell.wait(seconds)
        # Only when it was heard: it may be rung at the end of the wait.
        if rung:
            self.bell.clear()
        return rung

    def close(self) -> None:
        self.bell.set()


def test_two_running_projectors_take_what_arrives(engine: Engine) -> None:
    source = ListSource()
    events = busy_families(2, 10)
    wake = Rung()
    first, second = (Projector(engine, source) for _ in range(2))
    with running(first), running(second, wake, 10):
        for start in range(0, len(events), 10):
            source.add(events[start : start + 10])
            wake.bell.set()
            time.sleep(0.01)
        wait_until(lambda: set(first.positions().values()) == {events[-1].position})
    assert dump_sql(engine) == dump_memory(folded(events))


def test_a_waiting_projector_is_woken(engine: Engine) -> None:
    source = ListSource()
    wake = Rung()
    projector = Projector(engine, source, [tally()])
    projector.prepare()
    with running(projector, wake, 30):
        time.sleep(0.2)  # it has looked once, found nothing, and waits for half a minute
        source.add(busy_families(1, 1))
        wake.bell.set()
        wait_until(lambda: stored_tally(engine) is not None, seconds=10)


class FailingSource(ListSource):
    """Fails a number of times, as a database that restarts does."""

    failures = 3

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        if self.failures:
            self.failures -= 1
            raise OperationalError("SELECT", {"name": "Anna Jansen"}, OSError("Anna Jansen"))
        return super().after(position, limit)


def test_a_failing_database_is_tried_again_with_a_warning(engine: Engine) -> None:
    events = busy_families(1, 3)
    projector = Projector(engine, FailingSource(events), [tally()])
    with structlog.testing.capture_logs() as logs, running(projector):
        wait_until(lambda: projector.positions() == {"tally": events[-1].position})
    retries = [one for one in logs if one["event"] == "projector.retries"]
    assert [(one["error"], one["failures"], one["seconds"]) for one in retries] == [
        ("OperationalError", 1, 0.1),
        ("OperationalError", 2, 0.2),
        ("OperationalError", 3, 0.4),
    ]
    assert "Anna" not in str(logs)


def test_a_projection_that_fails_is_set_aside_and_the_others_go_on(engine: Engine) -> None:
    events = busy_families(1, 3)
    projections = [current_plan.projection, tally(fails_on=NoteAdded)]
    projector = Projector(engine, ListSource(events), projections)
    with structlog.testing.capture_logs() as logs, running(projector):
        wait_until(lambda: projector.positions()["current_plan"] == events[-1].position)
    assert projector.positions()["tally"] == 0
    assert projector.failing() == {
        "tally": "projection tally fails on NoteAdded at position 8: KeyError"
    }
    assert [one for one in logs if one["event"] == "projection.fails"] == [
        {
            "event": "projection.fails",
            "log_level": "error",
            "projection": "tally",
            "position": 8,
            "event_type": "NoteAdded",
            "error": "KeyError",
        }
    ]


def test_a_projection_that_was_set_aside_catches_up_later(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.read_model.projector.LONGEST_PAUSE", 0.05)
    events = busy_families(1, 3)
    broken = threading.Event()
    broken.set()
    projection = tally()

    @projection.on(NoteAdded)
    def _(_event: NoteAdded, _position: int, _rows: Rows) -> None:
        if broken.is_set():
            raise KeyError

    projector = Projector(engine, ListSource(events), [projection])
    with running(projector):
        wait_until(lambda: bool(projector.failing()))
        broken.clear()
        wait_until(lambda: projector.positions()["tally"] == events[-1].position)
        wait_until(lambda: not projector.failing())
    found = stored_tally(engine)
    assert found is not None
    assert found.events == len(events)


def test_a_view_that_newer_code_has_built_is_left_alone(engine: Engine) -> None:
    source = ListSource(busy_families(1, 1))
    old = Projector(engine, source, [tally(1)])
    drain(old)
    Projector(engine, source, [tally(2)]).prepare()
    source.add(recorded(events_of(opened("F9")), start=100))
    assert old.catch_up() == 0
    assert stored_tally(engine, "F9") is None


def test_a_family_of_any_size_costs_the_same(engine: Engine) -> None:
    """The rows written for one event do not grow with what the family has already."""
    plan = opened()
    lead = LeadCaseworker(person_id="carla", name="Carla", agency="police")
    plan.assign_lead(lead, context(at(3)))
    for number in range(300):
        plan.add_note(Note(note_id=f"n{number}", text="a remark"), context(at(3)))
    source = ListSource(recorded(events_of(plan)))
    projector = Projector(engine, source)
    drain(projector)
    plan.add_note(Note(note_id="last", text="a remark"), context(at(4)))
    source.add(recorded(events_of(plan), start=1000))
    written: list[int] = []
    flush = SqlRows.flush

    def counting(rows: SqlRows) -> int:
        written.append(flush(rows))
        return written[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlRows, "flush", counting)
        assert projector.catch_up() == 1
    # The plan and the note; the timeline's entry; the case; nothing for the others.
    assert sum(written) == 4
    with reading(engine) as connection:
        view = plan_view(SqlReader(connection), "F1")
    assert view is not None
    assert len(view.notes) == 301
