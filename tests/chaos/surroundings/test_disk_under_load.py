"""During load: the database's disk fills up, and every disk gets slow."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from benchmarks.stores import Database, Stores
from tests.chaos.deployment import WORKERS, deployed
from tests.chaos.publisher import Publisher
from tests.chaos.stage import LONG, Stage
from tests.chaos.surroundings.disk import fill, may_mount, may_slow_down, owned, slowly, small_disk
from tests.chaos.surroundings.stage import Surrounded

pytestmark = pytest.mark.chaos

FULL_SECONDS = 15.0
SLOW_SECONDS = 20.0
SLOW_MILLISECONDS = 200


@pytest.mark.skipif(not may_mount(), reason="a small disk takes root")
def test_the_databases_disk_is_full(around: Surrounded) -> None:
    """A tablespace on a small disk: PostgreSQL answers, and refuses whatever needs room."""
    began = around.watched.processes()
    place = around.postgres.folder / "small"
    told: dict[str, str] = {}

    async def fault(publisher: Publisher) -> None:
        await publisher.reached(around.stage.size // 3)
        filler = await asyncio.to_thread(fill, disk)
        told.update(await around.watched.until_missing("intake"))
        await asyncio.sleep(FULL_SECONDS)
        filler.unlink()
        await around.watched.until_ready(*WORKERS)

    with small_disk(place, megabytes=512) as disk:
        owned(disk)
        _move(around, disk)
        try:
            seen = around.stage.play("database full", around.stage.load(), fault)
        finally:
            _move(around, None)
    assert seen.findings == []
    assert around.watched.processes() == began
    assert "OperationalError" in told["intake"]


@pytest.mark.skipif(not may_slow_down(), reason="a slow disk takes strace")
@pytest.mark.parametrize("database", list(Database))
def test_every_disk_is_slow(database: Database) -> None:
    """Each wait for the disk, of NATS and of who writes the database, takes so much longer."""
    with Stores() as stores, stores.empty(database) as settings, deployed(settings) as deployment:
        stage = Stage(deployment, database, LONG)

        async def fault(publisher: Publisher) -> None:
            await publisher.reached(stage.size // 3)
            pids = [deployment.nats.pid, *(one.process.pid for one in deployment.services.values())]
            with slowly(pids, SLOW_MILLISECONDS):
                await asyncio.sleep(SLOW_SECONDS)

        seen = stage.play("slow disk", stage.load(), fault)
        assert seen.findings == []
        assert seen.published_seconds > SLOW_SECONDS / 2, "it was slow for who published"


def _move(around: Surrounded, disk: Path | None) -> None:
    """Have the tables of the events and of the views on this disk, or back where they were."""
    with psycopg.connect(around.postgres.url("oneplan"), autocommit=True) as connection:
        if disk is not None:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        to, come_from = ("small", "pg_default") if disk else ("pg_default", "small")
        connection.execute(f"ALTER TABLE ALL IN TABLESPACE {come_from} SET TABLESPACE {to}")
        connection.execute(f"ALTER INDEX ALL IN TABLESPACE {come_from} SET TABLESPACE {to}")
