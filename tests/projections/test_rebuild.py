"""Rebuilding a view while it is in use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

import pytest
from sqlalchemy import Engine, inspect, text

from domain.family_plan import NoteAdded, PlanEvent
from domain.values import Note
from projections.current_plan import plan_view
from projections.projection import Projection
from projections.registry import ALL
from projections.rows import Row, Rows
from projections.sql import SqlReader
from services.read_model import positions
from services.read_model.batch import ProjectionFailed
from services.read_model.engine import reading, writing
from services.read_model.projector import Projector
from services.read_model.source import RecordedEvent
from tests.projections.support import (
    ListSource,
    at,
    context,
    dump_memory,
    dump_sql,
    events_of,
    folded,
    names_of_tables,
    opened,
    recorded,
    running,
    wait_until,
)
from tests.projections.test_projector import Tally, busy_families, drain, stored_tally, tally


class TallyByName(Row):
    """Another shape of the same table: a column and an index more."""

    table: ClassVar[str] = "tally"
    key: ClassVar[tuple[str, ...]] = ("family_id",)
    indexed: ClassVar[tuple[str, ...]] = ("doubled",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("doubled",),)
    family_id: str
    doubled: int = 0


def reshaped_tally() -> Projection:
    projection = Projection("tally", 2, rows=(TallyByName,))

    @projection.on(PlanEvent)
    def _(event: PlanEvent, _position: int, rows: Rows) -> None:
        row = rows.get(TallyByName, event.family_id) or TallyByName(family_id=event.family_id)
        rows.put(row.model_copy(update={"doubled": row.doubled + 2}))

    return projection


def spoil(engine: Engine, table: str = "tally") -> None:
    """Make a view wrong, so that a rebuild shows."""
    with writing(engine) as connection:
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608


def nothing(_done: int, _total: int) -> None:
    """No progress to show."""


def test_a_rebuild_makes_all_views_anew(engine: Engine) -> None:
    events = busy_families(3, 10)
    projector = Projector(engine, ListSource(events))
    drain(projector)
    before = dump_sql(engine)
    for projection in ALL:
        for row_type in projection.rows:
            spoil(engine, row_type.table)
    projector.rebuild(None, nothing)
    assert dump_sql(engine) == before == dump_memory(folded(events))
    assert set(projector.positions().values()) == {events[-1].position}
    assert not [name for name in names_of_tables(engine) if name.endswith("__rebuild")]


def test_one_view_can_be_rebuilt_time_and_again(engine: Engine) -> None:
    events = busy_families(2, 2)
    projector = Projector(engine, ListSource(events))
    drain(projector)
    expected = dump_sql(engine)
    indexes = _indexes(engine, "agency_families")
    for _ in range(3):
        spoil(engine, "agency_families")
        projector.rebuild("agency_families", nothing)
        assert dump_sql(engine) == expected
        assert (
            _indexes(engine, "agency_families")
            == indexes
            == [
                ["agency", "joined_at", "family_id"],
                ["family_id", "agency"],
            ]
        )


def _indexes(engine: Engine, table: str) -> list[list[str | None]]:
    return sorted(one["column_names"] for one in inspect(engine).get_indexes(table))


def test_progress_runs_to_the_last_position(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.read_model.projector.REBUILD_BATCH", 2)
    events = busy_families(1, 2)  # at positions 5, 8, 11, 14, 17
    seen: list[tuple[int, int]] = []
    Projector(engine, ListSource(events)).rebuild(
        None, lambda done, total: seen.append((done, total))
    )
    assert seen == [(0, 17), (8, 17), (14, 17), (17, 17)]


def test_a_rebuild_of_an_empty_store(engine: Engine) -> None:
    projector = Projector(engine, ListSource())
    projector.rebuild(None, nothing)
    assert set(projector.positions().values()) == {0}


def test_an_unknown_name_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="no projection is called plans; there are addresses, ag"):
        Projector(engine, ListSource()).rebuild("plans", nothing)


class MeanwhileSource(ListSource):
    """Does something whenever the rebuild has read a batch and not yet written it."""

    meanwhile: Callable[[], None] | None = None

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        found = super().after(position, limit)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
            self.meanwhile = meanwhile
        return found


def test_the_old_view_is_read_until_the_new_one_is_complete(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.read_model.projector.REBUILD_BATCH", 3)
    source = MeanwhileSource(busy_families(1, 5))
    projector = Projector(engine, source, [tally()])
    drain(projector)
    seen: list[Tally | None] = []
    source.meanwhile = lambda: seen.append(stored_tally(engine))
    projector.rebuild("tally", nothing)
    assert len(seen) > 3
    assert {None if one is None else one.events for one in seen} == {11}


@pytest.mark.parametrize("late", [1, 7], ids=["fewer than a batch", "more than a batch"])
def test_events_applied_just_before_the_swap_are_not_lost(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    """When the rebuild has read all there is, a live projector gets ahead of it."""
    monkeypatch.setattr("services.read_model.projector.REBUILD_BATCH", 3)
    events = busy_families(1, 20)
    source = MeanwhileSource(events[:10])
    projector = Projector(engine, source, [tally()])
    drain(projector)
    live = Projector(engine, ListSource(events[: 10 + late]), [tally()])
    reads = iter(range(100))

    def get_ahead() -> None:
        if next(reads) == 4:  # the fifth read finds nothing after ten events
            source.add(events[10 : 10 + late])
            drain(live)

    source.meanwhile = get_ahead
    projector.rebuild("tally", nothing)
    assert next(reads) > 5
    found = stored_tally(engine)
    assert found is not None
    assert found.positions == tuple(one.position for one in events[: 10 + late])
    assert projector.positions() == {"tally": events[9 + late].position}


def test_a_rebuild_while_a_live_projector_runs_and_events_arrive(engine: Engine) -> None:
    events = busy_families(4, 30)
    projections = [*ALL, tally()]
    source = ListSource(events[:100])
    rebuilder = Projector(engine, source, projections)
    rebuilder.catch_up(100)
    with (
        running(Projector(engine, source, projections), None, 0.001),
        watching(engine) as versions,
    ):
        for start in range(100, len(events), 48):
            source.add(events[start : start + 24])
            rebuilder.rebuild(None, nothing)
            source.add(events[start + 24 : start + 48])
        drain(rebuilder)
        wait_until(lambda: versions[-1] == 61)
    assert versions == sorted(versions), "a reader saw the plan go back"
    assert dump_sql(engine, projections) == dump_memory(folded(events, projections), projections)


@contextmanager
def watching(engine: Engine) -> Iterator[list[int]]:
    """Reads a plan all the time in a thread. Gives its versions, -1 for one that is not whole."""
    versions: list[int] = [0]
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            with reading(engine) as connection:
                view = plan_view(SqlReader(connection), "F0")
            whole = view is not None and len(view.notes) + len(view.concerns) + 1 == view.version
            versions.append(view.version if view is not None and whole else -1)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield versions
    finally:
        stop.set()
        thread.join(10)


def test_two_rebuilds_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.read_model.projector.REBUILD_BATCH", 5)
    events = busy_families(2, 20)
    projections = [tally(), *ALL]
    drain(Projector(engine, ListSource(events), projections))
    spoil(engine)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            Projector(engine, ListSource(events), projections).rebuild(None, nothing)
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert dump_sql(engine, projections) == dump_memory(folded(events, projections), projections)


def test_a_rebuild_that_crashed_can_be_done_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.read_model.projector.REBUILD_BATCH", 5)
    events = busy_families(1, 10)
    source = MeanwhileSource(events)
    projector = Projector(engine, source, [tally()])
    drain(projector)
    reads = iter((False, False, True))

    def crash() -> None:
        if next(reads):
            raise ConnectionError

    source.meanwhile = crash
    with pytest.raises(ConnectionError):
        projector.rebuild("tally", nothing)
    source.meanwhile = None
    found = stored_tally(engine)
    assert found is not None
    assert found.events == 21
    source.add(recorded(events_of(opened("F9")), start=1000))
    projector.rebuild("tally", nothing)
    found = stored_tally(engine)
    assert found is not None
    assert found.events == 21
    assert stored_tally(engine, "F9") is not None


def test_a_rebuild_whose_code_fails_leaves_the_old_view(engine: Engine) -> None:
    source = ListSource(busy_families(1, 3))
    drain(Projector(engine, source, [tally(1)]))
    broken = Projector(engine, source, [tally(1, fails_on=NoteAdded)])
    with pytest.raises(ProjectionFailed):
        broken.rebuild("tally", nothing)
    found = stored_tally(engine)
    assert found is not None
    assert found.events == 7


def test_other_code_rebuilds_its_views_at_the_start(engine: Engine) -> None:
    events = busy_families(2, 3)
    source = ListSource(events)
    drain(Projector(engine, source, [tally(1)]))
    spoil(engine)
    assert Projector(engine, source, [tally(1)]).catch_up() == 0
    assert stored_tally(engine) is None
    newer = Projector(engine, source, [tally(2)])
    assert newer.catch_up() == 0
    assert newer.positions() == {"tally": events[-1].position}
    found = stored_tally(engine, "F0")
    assert found is not None
    assert found.events == 7


def test_older_code_does_not_undo_what_newer_code_has_built(engine: Engine) -> None:
    source = ListSource(busy_families(2, 3))
    drain(Projector(engine, source, [tally(2)]))
    older = Projector(engine, source, [tally(1)])
    assert older.catch_up() == 0
    assert older.left_to_newer() == ["tally"]
    with reading(engine) as connection:
        assert positions.standings(connection)["tally"].version == 2


def test_a_view_may_change_its_columns(engine: Engine) -> None:
    source = ListSource(busy_families(2, 3))
    drain(Projector(engine, source, [tally(1)]))
    newer = Projector(engine, source, [reshaped_tally()])
    for _ in range(2):
        newer.rebuild("tally", nothing)
        with reading(engine) as connection:
            reader = SqlReader(connection)
            found = reader.select(TallyByName, where={"doubled": 14}, order=("family_id",))
        assert [one.family_id for one in found] == ["F0", "F1"]
        assert _indexes(engine, "tally") == [["doubled"]]


def test_code_that_cannot_rebuild_its_view_says_so_and_the_others_go_on(engine: Engine) -> None:
    events = busy_families(1, 3)
    source = ListSource(events)
    drain(Projector(engine, source, [tally(1)]))
    newer = Projector(engine, source, [tally(2, fails_on=NoteAdded), *ALL])
    drain(newer)
    assert set(newer.failing()) == {"tally"}
    assert newer.positions()["current_plan"] == events[-1].position
    found = stored_tally(engine)
    assert found is not None
    assert found.events == 7


def test_a_reader_that_began_before_the_swap_sees_a_whole_view(engine: Engine) -> None:
    """On PostgreSQL a swap by name would show it a table without rows."""
    plan = opened()
    plan.add_note(Note(note_id="n1", text="a remark"), context(at(3)))
    projector = Projector(engine, ListSource(recorded(events_of(plan))))
    drain(projector)
    isolated = engine
    if engine.dialect.name == "postgresql":
        isolated = engine.execution_options(isolation_level="REPEATABLE READ")
    with reading(isolated) as connection:
        assert positions.standings(connection)["current_plan"].position == 2
        projector.rebuild("current_plan", nothing)
        view = plan_view(SqlReader(connection), "F1")
    assert view is not None
    assert [note.note_id for note in view.notes] == ["n1"]
