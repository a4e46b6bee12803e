"""Engines on both databases, kept for the session and emptied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from domain.events import DomainEvent
from projections.rows import Reader
from projections.sql import SqlReader
from services.read_model.engine import postgresql_engine, reading, sqlite_engine
from services.read_model.projector import Projector
from tests.projections.support import ListSource, folded, recorded, wipe
from tests.support.postgres import drop_database, new_database

Read = Callable[[list[DomainEvent]], Reader]


@pytest.fixture(scope="session")
def engine_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The session's engine on SQLite."""
    engine = sqlite_engine(tmp_path_factory.mktemp("read-model") / "read.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def engine_on_postgres(postgres_url: str) -> Iterator[Engine]:
    """The session's engine on PostgreSQL."""
    url = new_database(postgres_url)
    engine = postgresql_engine(url)
    yield engine
    engine.dispose()
    drop_database(postgres_url, url)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine on an empty database."""
    engine: Engine = request.getfixturevalue(f"engine_on_{request.param}")
    wipe(engine)
    return engine


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def read(request: pytest.FixtureRequest) -> Iterator[Read]:
    """Gives a reader of the views after these events, in memory and on both databases."""
    with ExitStack() as stack:

        def reader_after(events: list[DomainEvent]) -> Reader:
            if request.param == "memory":
                return folded(recorded(events))
            stack.close()
            engine: Engine = request.getfixturevalue(f"engine_on_{request.param}")
            wipe(engine)
            projector = Projector(engine, ListSource(recorded(events)))
            while projector.catch_up():
                pass
            return SqlReader(stack.enter_context(reading(engine)))

        yield reader_after
