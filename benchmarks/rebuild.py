"""Rebuild of all views, against the bare insert of the rows that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, Table, insert, select

from benchmarks import load
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure, Stopwatch
from benchmarks.stores import Database, Stores, prefill
from projections.registry import ALL
from projections.tables import table_of
from services.read_model.engine import open_read_engine, reading, writing
from services.read_model.projector import Projector, create_tables
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

NAME = "rebuild"


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """All views at once, as `oneplan projections rebuild` does."""
    rebuilt, bare = Stopwatch(), Stopwatch()
    made = load.deliveries(load.events(choices.events, choices.families, choices.seed))
    with stores.empty(database) as settings:
        prefill(settings, made)
        with open_application(settings) as application, open_read_engine(settings) as engine:
            log = EventLog(application)
            projector = Projector(engine, log)
            for _ in range(choices.repeats):
                with rebuilt.running():
                    projector.rebuild(None, lambda _done, _total: None)
                with stores.empty(database) as other:
                    _insert(other, _rows(engine), bare)
            stored = log.last_position() * choices.repeats
    yield Figure(
        benchmark=NAME,
        what=f"rebuild of all {len(ALL)} views",
        database=database,
        value=rebuilt.rate(stored),
        unit=RATE,
        floor=bare.rate(stored),
        floor_is="bare insert of the same view rows",
    )


def _rows(engine: Engine) -> list[tuple[Table, list[dict[str, Any]]]]:
    tables = [table_of(row_type) for projection in ALL for row_type in projection.rows]
    with reading(engine) as connection:
        return [
            (table, [dict(row) for row in connection.execute(select(table)).mappings()])
            for table in tables
        ]


def _insert(
    settings: Settings, rows: list[tuple[Table, list[dict[str, Any]]]], watch: Stopwatch
) -> None:
    with open_read_engine(settings) as engine:
        create_tables(engine)
        with watch.running(), writing(engine) as connection:
            for table, some in rows:
                if some:
                    connection.execute(insert(table), some)
