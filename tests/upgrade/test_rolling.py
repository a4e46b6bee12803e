"""An upgrade while everything runs: an old and a new generation side by side on one database."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient
from nats.aio.client import Client
from structlog.testing import capture_logs
from typer.testing import CliRunner

import domain.erasure  # noqa: F401 - one more kind of events
from domain.events import EVENT_CLASSES
from domain.keys import plan_id
from projections import current_plan
from services.bus.agencies import AgencyRegister
from services.bus.connect import connected
from services.bus.credentials import ensure_credentials
from services.cli.checks import Health
from services.cli.event_checks import check_events
from services.cli.main import app
from services.embedded.commands import child_environment
from services.intake import service
from services.intake.dead_letters import DeadLetters
from services.intake.service import make_intake
from services.newer import NewerEventError, NewerWorkError
from services.read_model.follower import Follower, Role
from services.read_model.projector import Projector
from services.relay.cuts import Cutter
from services.relay.outbox import Outbox
from services.settings import Settings
from services.store.application import OnePlan
from services.views.answers import BEING_UPGRADED
from services.views.service import TOPICS, Desk
from services.watch import run_watch
from services.web.app import create_app
from tests.projections.support import wait_until
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import cloud_event, plan_opened
from tests.support.world import World, new_world, two_families
from tests.upgrade.next_release import NextNoteAdded, next_release
from tests.web.support import Asking

SECONDS = 60


@contextmanager
def beside_the_next_release(settings: Settings) -> Iterator[None]:
    """Intake and projector of the next release in a process of their own."""
    environment = {**child_environment(settings), "ONEPLAN_LOG_LEVEL": "ERROR"}
    child = subprocess.Popen([sys.executable, "-m", "tests.upgrade.next_release"], env=environment)
    try:
        yield
        assert child.poll() is None
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    finally:
        child.kill()
        child.wait()


@asynccontextmanager
async def intake_running(settings: Settings) -> AsyncIterator[None]:
    """The intake of this release."""
    intake = make_intake(settings)
    running = asyncio.create_task(intake.run())
    try:
        yield
    finally:
        intake.exit()
        await running


@contextmanager
def projector_running(world: World) -> Iterator[None]:
    """The projector of this release; it must not have died."""
    stop = threading.Event()
    projector = Projector(world.engine, world.log)
    thread = threading.Thread(target=projector.run, args=(stop,))
    thread.start()
    try:
        yield
        assert thread.is_alive()
    finally:
        stop.set()
        thread.join(15)


def remark(number: int, family: str = "F1") -> dict[str, Any]:
    data = {"note_id": f"n{number}", "text": f"Opmerking {number}."}
    return cloud_event("note.added", data, subject=family)


def versions_stored(application: OnePlan) -> list[int]:
    """The version of each remark about F1 that is stored, in order."""
    topic = NextNoteAdded.TOPIC
    rows = application.recorder.select_events(plan_id("F1"))
    return [json.loads(row.state).get("class_version", 1) for row in rows if row.topic == topic]


# Several processes of a kind are for PostgreSQL; SQLite has one `oneplan up` at a time.
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.anyio
async def test_old_and_new_side_by_side_lose_and_misread_nothing(
    settings: Settings, application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FOR_A_NEWER_SECONDS", 0.2)
    # Sorting and the second partition fall to who came first; the first, F1's, to the other one.
    settings = settings.model_copy(update={"intake_partitions": 2, "intake_takeover": 1})
    with running_bus(settings) as bus, new_world(bus, application) as world, capture_logs() as logs:
        await make_streams(bus)

        def left() -> bool:
            return any(line["event"] == "intake.upgrade_needed" for line in logs)

        async with connected(bus, "police") as police, intake_running(bus):
            for event in (plan_opened("F1"), plan_opened("F2"), remark(1)):
                await publish(police, "police", event)
            await receipts(police, "police", 3)
            assert versions_stored(application) == [1]

            with projector_running(world):
                with beside_the_next_release(bus):
                    sent = await remarks_until(
                        police, lambda: 2 in versions_stored(application), after=1
                    )
                # The old one goes on for it, and leaves what it finds to a new one.
                sent = await remarks_until(police, left, after=sent)
                with beside_the_next_release(bus):
                    await publish(police, "police", remark(1, "F2"))
                    found = await receipts(police, "police", sent)
            assert {receipt.status for receipt in found} == {"accepted"}
            assert len({receipt.event_id for receipt in found}) == sent

        async with connected(bus) as client:
            assert [one async for one in DeadLetters(client.jetstream()).letters()] == []
        stored = versions_stored(application)
        assert len(stored) == sent
        # From the first new one on the old intake wrote nothing more to this plan.
        assert (set(stored), stored) == ({1, 2}, sorted(stored))
        with pytest.raises(NewerEventError, match=r"NoteAdded version 2.* has version 1: upgrade"):
            application.plan("F1")

        with next_release():
            world.catch_up()
            plan = application.plan("F1")
            assert plan is not None
            assert set(plan.items["note"]) == {f"n{number}" for number in range(1, sent + 1)}
            read = [one for one in application.events_of("F1") if isinstance(one, NextNoteAdded)]
            assert [one.in_confidence for one in read] == [version == 2 for version in stored]


async def remarks_until(police: Client, seen: Callable[[], bool], *, after: int) -> int:
    """Publish remarks about F1 until something is seen; returns the number of the last."""
    sent = after
    async with asyncio.timeout(SECONDS):
        while not seen():
            sent += 1
            await publish(police, "police", remark(sent))
            await asyncio.sleep(0.05)
    return sent


ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    """Two families; the last that was said of F1 was written by the next release."""
    ensure_credentials(settings)
    nowhere = settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with new_world(nowhere, application) as made:
        made.take(*two_families(), remark(1), catch_up=False)
        with next_release():
            made.take(remark(2), catch_up=False)
        yield made


def place_of_newer(world: World) -> int:
    """The position of the event that this release cannot read."""
    rows = world.application.recorder.select_notifications(
        start=0, limit=1000, topics=[NextNoteAdded.TOPIC]
    )
    return rows[-1].id


def test_an_old_projector_stops_before_it_and_goes_on_once_upgraded(world: World) -> None:
    with capture_logs() as logs, projector_running(world):
        wait_until(lambda: any(one["event"] == "projector.upgrade_needed" for one in logs))
    assert "upgrade this process, readers before writers" in str(logs)
    old = Projector(world.engine, world.log)
    assert set(old.positions().values()) == {place_of_newer(world) - 1}
    with pytest.raises(NewerEventError):
        old.catch_up()
    with next_release():
        world.catch_up()
        remarks = [one for one in world.application.events_of("F1") if type(one) is NextNoteAdded]
        assert [one.in_confidence for one in remarks] == [False, True]
    assert set(old.positions().values()) == {world.log.last_position()}


@ON_SQLITE
def test_who_follows_the_views_stops_before_it_and_goes_on_once_upgraded(world: World) -> None:
    with next_release():
        world.catch_up()
    stop = threading.Event()
    with capture_logs() as logs:
        thread = threading.Thread(target=run_watch, args=(world.settings, stop))
        thread.start()
        wait_until(lambda: any(one["event"] == "watch.upgrade_needed" for one in logs))
        stop.set()
        thread.join(15)
    outbox = Outbox(
        world.engine, world.log, Cutter(world.application, AgencyRegister(world.settings))
    )
    outbox.open()
    with pytest.raises(NewerEventError):
        outbox.next(1000)
    with next_release():
        batch = outbox.next(1000)
        assert batch is not None
        assert place_of_newer(world) in {position for position, _ in batch.events}
        assert {change.family_id for change in outbox.changes(batch)} == {"F1", "F2"}
    outbox.close()


@ON_SQLITE
def test_an_older_worker_leaves_the_work_to_the_newer_one(world: World) -> None:
    with Follower(
        world.engine, world.log, Role("someone", 1, (current_plan.projection,), lock=1)
    ) as old:
        with Follower(
            world.engine, world.log, Role("someone", 2, (current_plan.projection,), lock=1)
        ):
            pass
        with pytest.raises(NewerWorkError, match="version 2 of its code"), old.window(10):
            pass
        with pytest.raises(NewerWorkError, match="readers before writers"):
            old.open()


@ON_SQLITE
def test_whoever_asks_is_told_to_come_back_and_whoever_runs_it_to_upgrade(world: World) -> None:
    with next_release():
        world.catch_up()
    with TestClient(create_app(world.settings)) as client:
        ask = Asking(client, world.settings)
        status, problem = ask("veilig-thuis", "families/F1/plan")
        assert (status, problem["type"]) == (503, "urn:oneplan:problem:upgrade-needed")
        assert ask("school", "families/F2/plan")[0] == 200

    desk = Desk()
    desk.views, desk.register, desk.largest = (
        world.views,
        AgencyRegister(world.settings),
        1_000_000,
    )
    plan = next(one for one in TOPICS if one.name == "plan")
    answer = json.loads(asyncio.run(desk.answer(plan, "veilig-thuis", b'{"family_id": "F1"}')))
    assert answer == {"status": "error", "field": "(service)", "reason": BEING_UPGRADED}

    given = ["--data-dir", str(world.settings.data_dir)]
    printed = CliRunner().invoke(app, ["audit", "replay", "--json", *given])
    assert printed.exit_code == 1
    assert "NoteAdded version 2, and this process has version 1: upgrade" in printed.stderr
    found = check_events(world.settings)
    assert (found.health, found.mend) == (
        Health.ERROR,
        "use the newer release, see docs/upgrading.md",
    )
    with next_release():
        assert check_events(world.settings).health is Health.OK


def test_a_class_that_only_a_newer_release_has(world: World) -> None:
    with patch.dict(EVENT_CLASSES):
        del EVENT_CLASSES[NextNoteAdded.TOPIC]
        with pytest.raises(NewerEventError, match="this process has no such event: upgrade"):
            world.application.plan("F1")


def test_each_process_knows_all_events_whatever_it_imports() -> None:
    asked = "from domain.events import EVENT_CLASSES as all; import services.store.mapper;"
    said = subprocess.check_output([sys.executable, "-c", f"{asked} print(*all)"], text=True)
    ours = {topic for topic in EVENT_CLASSES if topic.startswith("oneplan.")}
    assert set(said.split()) == ours
