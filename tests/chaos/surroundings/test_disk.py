"""A disk is full, or slow: nothing is confirmed that is not on it, and all goes on by itself."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import PersistenceError
from nats.errors import Error as NatsError

from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS
from services.contracts.receipt import Status
from services.embedded import nats_disk, nats_health
from services.embedded.commands import Command
from services.embedded.run_file import read_run
from services.embedded.supervisor import Supervisor
from services.intake.delivery import Delivery
from services.intake.intake import Intake
from services.settings import Settings
from services.store.application import OnePlan, open_application
from tests.chaos.surroundings.disk import fill, may_mount, small_disk
from tests.support.events import NOW, cloud_event, delivery, plan_opened

IDLE = (sys.executable, "-c", "import time; time.sleep(600)")
NOTES = 40
KILOBYTES_20 = 20_000
ROOM = 8 * 1024 * 1024


@contextmanager
def full(application: OnePlan, place: str) -> Iterator[None]:
    """SQLite refuses to let a file grow (SQLITE_FULL), as it does on a full disk."""
    on_keys = application.keys.store.engine.connect
    recorder: Any = application.recorder

    def pages(most: int) -> None:
        if place == "keys":
            with on_keys() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")
        else:
            with recorder.datastore.transaction(commit=True) as cursor:
                cursor.execute(f"PRAGMA max_page_count = {most}")

    pages(1)
    try:
        yield
    finally:
        pages(1_000_000)


def notes() -> list[Delivery]:
    """More than fits into what a file has left, in families whose keys are not there yet."""
    families = [f"N{number}" for number in range(NOTES)]
    text = {"note_id": "n1", "text": "x" * 2000}
    opened = [delivery(plan_opened(family)) for family in families]
    return opened + [
        delivery(cloud_event("note.added", text, subject=family)) for family in families
    ]


@pytest.mark.parametrize("place", ["events", "keys"])
def test_what_a_full_file_does_not_take_is_neither_lost_nor_refused(
    tmp_path: Path, place: str
) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_application(settings) as application:
        intake = Intake(application, settings.agency_of_source)
        before = application.recorder.max_notification_id()
        with full(application, place), pytest.raises(PersistenceError, match=r"full|fails"):
            intake.take(notes(), NOW)
        assert application.recorder.max_notification_id() == before
        outcomes = intake.take(notes(), NOW)
        assert [one.status for one in outcomes] == [Status.ACCEPTED] * 2 * NOTES


@pytest.mark.anyio
@pytest.mark.skipif(not may_mount(), reason="a small disk takes root")
async def test_nats_server_goes_on_by_itself_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It remembers for good that it could not write: it has to be started again, and is."""
    monkeypatch.setattr(nats_disk, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(nats_health, "ROOM", ROOM)
    settings = Settings(data_dir=tmp_path)
    with small_disk(tmp_path / "nats", megabytes=32) as disk:
        disk.chmod(0o700)
        supervisor = Supervisor(settings, commands=(Command("idle", IDLE),))
        running = asyncio.create_task(supervisor.run())
        try:
            while (run := read_run(settings)) is None:
                assert not running.done()
                await asyncio.sleep(0.05)
            reachable = settings.model_copy(update={"nats_url": run.nats_url})
            async with connected(reachable, "police") as police:
                kept = [await stored(police, number) for number in range(3)]
                filler = await asyncio.to_thread(fill, disk)
                assert await stored(police, 3, patience=1) is None
                filler.unlink()
                kept.append(await stored(police, 4))
            async with connected(reachable) as client:
                found = [
                    (await client.jetstream().get_msg(AGENCY_EVENTS, place or 0)).data
                    for place in kept
                ]
        finally:
            supervisor.stop()
            await running
    assert [body[:1] for body in found if body] == [b"0", b"1", b"2", b"4"]


async def stored(client: Any, number: int, patience: float = 30) -> int | None:
    """Publish until it is acknowledged; its place, or None when that takes too long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while True:
                body = str(number).encode() + b"x" * KILOBYTES_20
                with contextlib.suppress(NatsError):
                    ack = await client.jetstream().publish("agency.police.F1.x", body, timeout=0.3)
                    return int(ack.seq)
    return None
