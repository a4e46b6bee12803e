"""Rows in memory and in SQL: the same answers, and no more writes than needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.sql.compiler import SQLCompiler

from domain.values import UtcDateTime
from projections.rows import MemoryRows, Reader, Row
from projections.sql import SqlReader, SqlRows
from projections.statements import GIVEN, key_parameters, select_many
from projections.tables import create_table, fixed_width, table_of
from services.read_model.engine import reading, writing
from tests.projections.support import wipe

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Thing(Row):
    table: ClassVar[str] = "thing"
    key: ClassVar[tuple[str, ...]] = ("group", "number")
    indexed: ClassVar[tuple[str, ...]] = ("name", "moment", "colour", "wanted")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("name", "moment"), ("colour",))

    group: str
    number: int
    name: str = "x"
    moment: UtcDateTime = NOON
    colour: Colour | None = None
    wanted: bool = False
    rest: str = ""


@pytest.fixture
def with_table(engine: Engine) -> Engine:
    with writing(engine) as connection:
        create_table(connection, Thing)
    return engine


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that the engine sends, and for how many rows each."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        sent.append(f"{statement.split(maxsplit=1)[0]} {len(parameters) if many else 1}")

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def put_all(engine: Engine, things: list[Thing]) -> None:
    with writing(engine) as connection:
        rows = SqlRows(connection)
        for thing in things:
            rows.put(thing)
        rows.flush()


def stored(engine: Engine) -> list[Thing]:
    with reading(engine) as connection:
        return SqlReader(connection).select(Thing, where={}, order=Thing.key)


THINGS = [
    Thing(group="a", number=1, name="B", moment=NOON, colour=Colour.RED, rest="\x00 é 'x"),
    Thing(group="a", number=2, name="a", moment=NOON + timedelta(microseconds=1)),
    Thing(group="a", number=3, name="b_", moment=NOON - timedelta(days=9999), wanted=True),
    Thing(group="b", number=1, name="b-", moment=NOON, colour=Colour.BLUE),
    Thing(group="b", number=2, name="Ω", moment=NOON, colour=Colour.BLUE),
]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    if request.param == "memory":
        memory = MemoryRows()
        for thing in THINGS:
            memory.put(thing)
        yield memory
        return
    engine: Engine = request.getfixturevalue(f"engine_on_{request.param}")
    wipe(engine)
    with writing(engine) as connection:
        create_table(connection, Thing)
    put_all(engine, THINGS)
    with reading(engine) as connection:
        yield SqlReader(connection)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"where": {"group": "a"}, "order": ("number",)}, "a1 a2 a3", id="by key"),
        pytest.param(
            {"where": {}, "order": ("name",)}, "a1 a2 b1 a3 b2", id="texts sort by code point"
        ),
        pytest.param(
            {"where": {}, "order": ("moment", "group", "number")},
            "a3 a1 b1 b2 a2",
            id="moments sort by time",
        ),
        pytest.param(
            {"where": {}, "order": ("group", "number"), "descending": True},
            "b2 b1 a3 a2 a1",
            id="descending",
        ),
        pytest.param({"where": {}, "order": ("name",), "limit": 2}, "a1 a2", id="limit"),
        pytest.param(
            {"where": {}, "order": ("group", "number"), "after": ("a", 2), "limit": 2},
            "a3 b1",
            id="after",
        ),
        pytest.param(
            {"where": {}, "order": ("group", "number"), "after": ("b", 1), "descending": True},
            "a3 a2 a1",
            id="after, descending",
        ),
        pytest.param(
            {"where": {}, "order": ("moment", "number"), "after": (NOON, 1)},
            "b2 a2",
            id="after a moment",
        ),
        pytest.param(
            {"where": {"colour": Colour.BLUE}, "order": ("number",)}, "b1 b2", id="enumeration"
        ),
        pytest.param({"where": {"colour": None}, "order": ("number",)}, "a2 a3", id="empty"),
        pytest.param({"where": {"wanted": True}}, "a3", id="yes or no"),
        pytest.param(
            {
                "where": {"moment": NOON.astimezone(timezone(timedelta(hours=2)))},
                "order": ("group", "number"),
            },
            "a1 b1 b2",
            id="a moment in another zone",
        ),
        pytest.param({"where": {"group": "a", "number": 9}}, "", id="nothing"),
    ],
)
def test_a_query_gives_the_same_in_memory_and_in_sql(
    reader: Reader, query: dict[str, Any], expected: str
) -> None:
    found = reader.select(Thing, **query)
    assert " ".join(f"{thing.group}{thing.number}" for thing in found) == expected
    assert all(thing in THINGS for thing in found)


def test_a_query_on_what_is_no_column_is_refused(reader: Reader) -> None:
    with pytest.raises(ValueError, match="no column rest"):
        reader.select(Thing, where={"rest": "x"})
    with pytest.raises(ValueError, match="no column rest"):
        reader.select(Thing, where={}, order=("rest",))
    with pytest.raises(ValueError, match="2 values"):
        reader.select(Thing, where={}, order=("group",), after=("a", 1))


def test_a_row_type_that_names_no_field_of_its_own_is_refused() -> None:
    with pytest.raises(TypeError, match="has no field typo"):

        class Wrong(Row):
            table: ClassVar[str] = "wrong"
            key: ClassVar[tuple[str, ...]] = ("typo",)


def test_a_field_that_fits_no_column_is_refused() -> None:
    class Wrong(Row):
        table: ClassVar[str] = "wrong"
        key: ClassVar[tuple[str, ...]] = ("items",)
        items: tuple[str, ...]

    with pytest.raises(TypeError, match="items cannot be a column"):
        table_of(Wrong)


def test_moments_have_a_fixed_width() -> None:
    assert fixed_width(datetime(2026, 3, 1, tzinfo=UTC)) == "2026-03-01T00:00:00.000000Z"
    assert fixed_width(datetime(999, 3, 1, 1, tzinfo=UTC)) == "0999-03-01T01:00:00.000000Z"
    east = timezone(timedelta(hours=1))
    assert fixed_width(datetime(2026, 3, 1, tzinfo=east)) == "2026-02-28T23:00:00.000000Z"


def test_a_batch_sees_its_own_changes_before_they_are_written(with_table: Engine) -> None:
    put_all(with_table, THINGS)
    with writing(with_table) as connection:
        rows = SqlRows(connection)
        assert rows.get(Thing, "a", 1) == THINGS[0]
        rows.put(THINGS[0].model_copy(update={"rest": "new"}))
        rows.delete(Thing, "a", 2)
        changed = rows.get(Thing, "a", 1)
        assert changed is not None
        assert changed.rest == "new"
        assert rows.get(Thing, "a", 2) is None
        assert rows.get(Thing, "z", 9) is None
    assert stored(with_table) == THINGS  # nothing was flushed


def test_a_flush_writes_the_changed_rows_only_and_each_once(with_table: Engine) -> None:
    put_all(with_table, THINGS)
    with writing(with_table) as connection:
        rows = SqlRows(connection)
        rows.preload((Thing, thing.key_values()) for thing in THINGS)
        for number in range(100):
            rows.put(THINGS[0].model_copy(update={"rest": str(number)}))
        rows.put(THINGS[1].model_copy())
        rows.delete(Thing, "b", 1)
        rows.delete(Thing, "b", 2)
        rows.put(THINGS[4])
        with counted(with_table) as sent:
            assert rows.flush() == 2
            assert sent == ["INSERT 1", "DELETE 1"]
            assert rows.flush() == 0
            rows.put(THINGS[3])
            assert rows.flush() == 1
    last = THINGS[0].model_copy(update={"rest": "99"})
    assert stored(with_table) == [last, *THINGS[1:]]


def test_rows_that_are_known_to_be_needed_are_read_in_one_query(with_table: Engine) -> None:
    put_all(with_table, THINGS)
    with counted(with_table) as sent, writing(with_table) as connection:
        rows = SqlRows(connection)
        keys = [*(thing.key_values() for thing in THINGS), ("z", 9)]
        rows.preload((Thing, key) for key in keys)
        assert [rows.get(Thing, *key) for key in keys] == [*THINGS, None]
    assert [one for one in sent if one.startswith("SELECT")] == ["SELECT 1"]


def test_a_deleted_row_can_come_back(with_table: Engine) -> None:
    put_all(with_table, THINGS[:1])
    with writing(with_table) as connection:
        rows = SqlRows(connection)
        rows.delete(Thing, "a", 1)
        rows.flush()
        rows.put(THINGS[0])
        rows.flush()
    assert stored(with_table) == THINGS[:1]


def test_a_table_has_the_indexes_its_row_type_names(with_table: Engine) -> None:
    with reading(with_table) as connection:
        for name in ("ix_thing_0_0", "ix_thing_1_0"):
            query = (
                "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = :name"
                if with_table.dialect.name == "sqlite"
                else "SELECT count(*) FROM pg_indexes WHERE indexname = :name"
            )
            assert connection.scalar(text(query), {"name": name}) == 1


def test_sqlite_finds_rows_by_their_keys_without_a_scan(engine_on_sqlite: Engine) -> None:
    wipe(engine_on_sqlite)
    keys = key_parameters(Thing, [("a", 1), ("a", 2)])
    statement = select_many(Thing, "sqlite", shadow=False).params({GIVEN: keys})
    compiled = statement.compile(engine_on_sqlite)
    assert isinstance(compiled, SQLCompiler)
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    with writing(engine_on_sqlite) as connection:
        create_table(connection, Thing)
        explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        steps = [row.detail for row in explained]
    assert [step for step in steps if "thing" in step] == [
        "SEARCH thing USING INDEX sqlite_autoindex_thing_1 (group=? AND number=?) LEFT-JOIN"
    ]


def test_postgresql_finds_rows_by_their_keys_without_a_scan_though_the_table_is_small(
    engine_on_postgres: Engine,
) -> None:
    wipe(engine_on_postgres)
    with writing(engine_on_postgres) as connection:
        create_table(connection, Thing)
    put_all(engine_on_postgres, THINGS)
    statement = select_many(Thing, "postgresql", shadow=False)
    with writing(engine_on_postgres) as connection:
        connection.execute(text("ANALYZE thing"))
        compiled = statement.compile(engine_on_postgres)
        explained = connection.exec_driver_sql(f"EXPLAIN {compiled}", {GIVEN: "[]"}).scalars()
        steps = "\n".join(explained)
    assert "Index Scan using thing_pkey" in steps
    assert "Seq Scan" not in steps


def test_a_statement_keeps_its_plan_from_one_reading_to_the_next(
    engine_on_postgres: Engine,
) -> None:
    wipe(engine_on_postgres)
    with writing(engine_on_postgres) as connection:
        create_table(connection, Thing)
    for _ in range(7):  # psycopg has it planned the sixth time
        stored(engine_on_postgres)
    with reading(engine_on_postgres) as connection:
        planned = connection.scalars(text("SELECT statement FROM pg_prepared_statements"))
        assert any("thing" in one for one in planned)


def test_postgresql_sorts_texts_by_code_point_whatever_its_own_language(
    engine_on_postgres: Engine,
) -> None:
    wipe(engine_on_postgres)
    with writing(engine_on_postgres) as connection:
        create_table(connection, Thing)
    columns = {one["name"]: one["type"] for one in inspect(engine_on_postgres).get_columns("thing")}
    collations = {name: getattr(columns[name], "collation", None) for name in Thing.columns()}
    assert collations == {
        "group": "C",
        "number": None,
        "name": "C",
        "moment": "C",
        "colour": "C",
        "wanted": None,
    }


class Note(Row):
    """Of another projection than :class:`Thing`."""

    table: ClassVar[str] = "note"
    key: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    text: str = ""


def test_rows_of_several_types_are_read_and_written_together(engine: Engine) -> None:
    thing, note = Thing(group="a", number=1, name="x"), Note(id="n", text="é 'x\\")
    with writing(engine) as connection:
        create_table(connection, Thing)
        create_table(connection, Note)
    changed, also = thing.model_copy(update={"name": "y"}), Note(id="m")
    for before, after in ((None, (thing, note)), ((thing, note), (changed, also))):
        with counted(engine) as sent, writing(engine) as connection:
            rows = SqlRows(connection, together=(Thing, Note))
            rows.preload([(Thing, ("a", 1)), (Note, ("n",))])
            assert (rows.get(Thing, "a", 1), rows.get(Note, "n")) == (before or (None, None))
            for row in after:
                rows.put(row)
            assert rows.flush() == 2
        asked = [one for one in sent if one != "BEGIN 1"]
        assert len(asked) == (2 if engine.dialect.name == "postgresql" else 4)
    with reading(engine) as connection:
        notes = SqlReader(connection).select(Note, where={}, order=("id",))
    assert (stored(engine), notes) == ([changed], [also, note])
