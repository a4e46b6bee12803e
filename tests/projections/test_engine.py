"""The database engines: URLs, durability, and who waits for whom."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from services.read_model import positions
from services.read_model.engine import (
    create_read_engine,
    postgresql_engine,
    reading,
    sqlite_engine,
    writing,
)
from services.read_model.positions import Overtaken, Standing
from services.settings import Settings


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://u:p@db:5433/one", "postgresql+psycopg://u:p@db:5433/one"),
        ("postgresql:///one", "postgresql+psycopg://postgres@localhost/one"),
        (
            "postgresql://postgres:@/one?host=/run/pg",
            "postgresql+psycopg://postgres:@/one?host=%2Frun%2Fpg",
        ),
        ("postgresql://u@db/one?schema=plans", "postgresql+psycopg://u@db/one"),
    ],
)
def test_postgresql_urls_get_the_driver_we_use(given: str, expected: str) -> None:
    engine = postgresql_engine(given)
    assert engine.url.render_as_string(hide_password=False) == expected
    engine.dispose()


def test_another_database_is_refused_without_its_url() -> None:
    with pytest.raises(ValueError, match="must begin with postgresql://") as refused:
        postgresql_engine("mysql://u:word@db/one")
    assert "word" not in str(refused.value)


def test_a_schema_in_the_url_is_where_tables_are_made(engine_on_postgres: Engine) -> None:
    with writing(engine_on_postgres) as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS plans CASCADE"))
        connection.execute(text("CREATE SCHEMA plans"))
    plain = engine_on_postgres.url.set(drivername="postgresql").update_query_dict(
        {"schema": "plans"}
    )
    engine = postgresql_engine(plain.render_as_string(hide_password=False))
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT current_schema()")) == "plans"
    engine.dispose()


def test_without_a_url_it_is_the_file_of_the_event_store(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new" / "data")
    engine = create_read_engine(settings)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
    assert settings.sqlite_path.exists()
    assert settings.data_dir.stat().st_mode & 0o077 == 0


def test_sqlite_keeps_what_it_commits(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "a.sqlite")
    with reading(engine) as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA busy_timeout")) == 30_000
    engine.dispose()


def test_an_error_rolls_all_back(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))

    def insert_and_fail() -> None:
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO t VALUES (1)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        insert_and_fail()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM t")) == 0


def test_on_sqlite_what_is_read_is_of_one_moment(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "a.sqlite")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    count = text("SELECT count(*) FROM t")
    with reading(engine) as reader:
        assert reader.scalar(count) == 0
        with writing(engine) as writer:
            writer.execute(text("INSERT INTO t VALUES (1)"))
        assert reader.scalar(count) == 0
    with reading(engine) as reader:
        assert reader.scalar(count) == 1
    engine.dispose()


def test_on_sqlite_a_writer_that_reads_first_waits_for_the_one_before(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "a.sqlite")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (0)"))

    def add_many() -> None:
        for _ in range(50):
            with writing(engine) as connection:
                now = connection.scalar(text("SELECT x FROM t"))
                connection.execute(text("UPDATE t SET x = :x"), {"x": now + 1})

    threads = [threading.Thread(target=add_many) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT x FROM t")) == 100
    engine.dispose()


def test_errors_do_not_show_what_was_to_be_stored(engine: Engine) -> None:
    with pytest.raises(SQLAlchemyError) as failed, writing(engine) as connection:
        connection.execute(text("INSERT INTO absent VALUES (:name)"), {"name": "Anna Jansen"})
    assert "Anna" not in str(failed.value)


def test_positions_move_together_or_not_at_all(engine: Engine) -> None:
    one, other = Standing(1, 0), Standing(2, 0)
    with writing(engine) as connection:
        positions.create(connection)
        positions.put(connection, "one", one)
        positions.put(connection, "other", other)
        positions.put(connection, "another", one)
        positions.advance_together(connection, {"one": one, "other": other}, 7)
    with pytest.raises(Overtaken), writing(engine) as connection:
        positions.advance_together(connection, {"another": one, "one": one}, 9)
    with pytest.raises(Overtaken), writing(engine) as connection:
        positions.advance_together(connection, {"another": Standing(3, 0)}, 9)
    with reading(engine) as connection:
        assert positions.standings(connection) == {
            "one": Standing(1, 7),
            "other": Standing(2, 7),
            "another": one,
        }


def test_a_connection_that_the_server_has_closed_is_not_given_to_anybody(
    engine_on_postgres: Engine,
) -> None:
    backend = text("SELECT pg_backend_pid()")
    with reading(engine_on_postgres) as one, reading(engine_on_postgres) as other:
        before = {one.scalar(backend), other.scalar(backend)}
    with reading(engine_on_postgres) as connection:
        # The one used last is used next: a new one is made only when more are needed at once.
        assert connection.scalar(backend) in before
        (idle,) = before - {connection.scalar(backend)}
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": idle})
        with reading(engine_on_postgres) as anew:
            assert anew.scalar(backend) not in before
