"""The supervisor, with real processes: nats-server, and stand-ins for the services."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.bus.connect import connected
from services.bus.streams import STREAMS
from services.embedded import process, supervisor
from services.embedded.commands import Command, child_environment, monitor_place, service_commands
from services.embedded.run_file import RunFile, read_run, run_file
from services.embedded.supervisor import AlreadyRunningError, Supervisor
from services.settings import Settings

pytestmark = pytest.mark.anyio

CHILDREN = Path(__file__).parent / "children.py"
NAMES = ("intake", "relay", "web")


@dataclass
class Place:
    """A data folder, and the journal of the stand-ins that run on it."""

    settings: Settings
    journal: Path

    def commands(self, *names: str) -> tuple[Command, ...]:
        arguments = ((name, str(CHILDREN), name, str(self.journal)) for name in names or NAMES)
        return tuple(Command(name, (sys.executable, *rest)) for name, *rest in arguments)

    def events(self, what: str) -> list[str]:
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [line.split()[-1] for line in lines if line.startswith(what)]

    def has_started(self, times: int) -> Callable[[], bool]:
        """A function that tells whether stand-ins have started so many times."""
        return lambda: len(self.events("start")) >= times

    def run(self) -> RunFile:
        found = read_run(self.settings)
        assert found is not None
        return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.05)
    return Place(Settings(data_dir=tmp_path / "data", http_port=0), tmp_path / "journal")


@asynccontextmanager
async def running(place: Place, *names: str) -> AsyncIterator[tuple[Supervisor, Settings]]:
    """A supervisor that is ready, with the settings in force; stopped at the end."""
    ready: asyncio.Future[Settings] = asyncio.get_running_loop().create_future()

    async def on_ready(settings: Settings, _run: RunFile) -> None:
        ready.set_result(settings)

    before = len(place.events("start"))
    under_test = Supervisor(place.settings, place.commands(*names), on_ready)
    task = asyncio.create_task(under_test.run())
    try:
        async with asyncio.timeout(30):
            waited: list[asyncio.Future[Any]] = [task, ready]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        # The web stand-in may answer before the others have read what they are.
        await until(place.has_started(before + len(names or NAMES)))
        yield under_test, ready.result()
    finally:
        under_test.stop()
        await asyncio.wait_for(task, 30)


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until the condition is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


async def test_everything_starts_in_order_and_stops_in_reverse(place: Place) -> None:
    async with running(place) as (_, in_force):
        run = place.run()
        assert stat.S_IMODE(run_file(place.settings).stat().st_mode) == 0o600
        assert run.ready
        assert run.pid == os.getpid()
        assert list(run.pids) == ["nats", *NAMES]
        assert run.nats_url == in_force.nats_url
        assert run.http_url == f"http://127.0.0.1:{in_force.http_port}"
        assert sorted(place.events(f"start {run.nats_url}")) == sorted(NAMES)
        async with connected(in_force) as client:
            streams = await client.jetstream().streams_info()
            assert {one.config.name for one in streams} == {one.name for one in STREAMS}
    assert place.events("stop") == list(reversed(NAMES))
    assert all(is_gone(pid) for pid in run.pids.values())
    assert not run_file(place.settings).exists()


async def test_a_child_that_dies_is_started_again(place: Place) -> None:
    async with running(place):
        before = place.run().pids
        for times in (1, 2):
            os.kill(place.run().pids["relay"], signal.SIGKILL)
            await until(place.has_started(len(NAMES) + times))
        after = place.run().pids
        assert after["relay"] != before["relay"]
        assert {**after, "relay": 0} == {**before, "relay": 0}
        assert is_gone(before["relay"])


async def test_web_processes_keep_the_port_that_they_share(place: Place) -> None:
    place.settings = place.settings.model_copy(update={"web_processes": 2})
    async with running(place, "web", "web-2") as (_, in_force):
        before = place.run()
        assert list(before.health_urls) == ["web", "web-2"]
        assert len(set(before.health_urls.values())) == 2
        os.kill(before.pids["web"], signal.SIGKILL)
        await until(place.has_started(3))
        await until(lambda: place.run().pids["web"] != before.pids["web"])
        assert place.run().http_url == f"http://127.0.0.1:{in_force.http_port}"
    assert [one.name for one in service_commands(place.settings)][-2:] == ["web", "web-2"]


async def test_nats_that_is_killed_comes_back_where_it_was_with_what_it_had(place: Place) -> None:
    async with running(place) as (_, in_force):
        async with connected(in_force) as client:
            await client.jetstream().publish("agency.police.F1.test", b"kept")
        before = place.run()
        os.kill(before.pids["nats"], signal.SIGKILL)
        await until(lambda: place.run().pids["nats"] != before.pids["nats"])
        assert place.run().nats_url == before.nats_url
        async with connected(in_force) as client:
            assert (await client.jetstream().get_msg("AGENCY_EVENTS", 1)).data == b"kept"


async def test_a_second_one_on_the_same_data_is_refused_at_once(place: Place) -> None:
    async with running(place):
        began = time.monotonic()
        with pytest.raises(AlreadyRunningError, match=str(place.run().pids["web"])):
            await Supervisor(place.settings, place.commands()).run()
        assert time.monotonic() - began < 2
        assert place.run().ready  # the first one is not disturbed


async def test_it_starts_again_on_the_same_data(place: Place) -> None:
    async with running(place) as (_, in_force), connected(in_force) as client:
        await client.jetstream().publish("agency.police.F1.test", b"kept")
    async with running(place) as (_, in_force), connected(in_force) as client:
        assert (await client.jetstream().get_msg("AGENCY_EVENTS", 1)).data == b"kept"


async def test_another_port_is_taken_when_the_one_of_the_settings_is_not_free(place: Place) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        place.settings = place.settings.model_copy(update={"http_port": taken})
        async with running(place) as (_, in_force):
            assert in_force.http_port != taken


async def test_a_child_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    place = Place(Settings(data_dir=tmp_path, nats_url="nats://none"), tmp_path / "journal")
    (command,) = place.commands("stubborn")
    child = await process.start(command.argv, env=child_environment(place.settings))
    await until(lambda: place.events("start"))
    assert await process.stop(child, seconds=0.2) == -signal.SIGKILL
    assert place.events("stop") == ["stubborn"]


def test_children_get_all_settings_as_they_are_in_force(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = place.settings.model_copy(
        update={
            "nats_url": "nats://h:1",
            "intake_wait": 0.5,
            "agencies": place.settings.agencies[:2],
        }
    )
    for name, value in child_environment(given).items():
        monkeypatch.setenv(name, value)
    assert Settings() == given


RUN = (sys.executable, "-m", "services.run")


def test_the_services_are_started_by_their_name() -> None:
    several = Settings(intake_workers=2, web_processes=2)
    commands = service_commands(several)
    others = ("intake-2", "web-2")
    names = [command.name for command in commands if command.name not in others]
    assert names == ["notary", "intake", "projector", "watch", "relay", "views", "persons", "web"]
    started = {command.name: command.argv for command in commands}
    assert started["intake"] == started["intake-2"] == (*RUN, "intake")
    assert started["web"] == started["web-2"] == (*RUN, "web")
    places = [monitor_place(name, several) for name in (*names, *others, "identity")]
    assert places == [*range(10), None]
    assert [one.name for one in service_commands(Settings())] == names


SCRIPT = """
import asyncio, sys
from pathlib import Path
from services.embedded.supervisor import Supervisor
from services.settings import Settings
from tests.embedded.test_supervisor import Place
place = Place(Settings(data_dir=Path(sys.argv[1]), http_port=0), Path(sys.argv[2]))
asyncio.run(Supervisor(place.settings, place.commands()).run())
"""


def start_process(place: Place) -> subprocess.Popen[bytes]:
    arguments = (str(place.settings.data_dir), str(place.journal))
    return subprocess.Popen([sys.executable, "-c", SCRIPT, *arguments])


def is_up(place: Place) -> bool:
    run = read_run(place.settings)
    return run is not None and run.ready


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_code_0(place: Place, number: signal.Signals) -> None:
    up = start_process(place)
    try:
        await until(lambda: is_up(place) and place.has_started(len(NAMES))(), 30)
        pids = place.run().pids
        up.send_signal(number)
        assert await asyncio.to_thread(up.wait, 30) == 0
    finally:
        up.kill()
    assert place.events("stop") == list(reversed(NAMES))
    assert all(is_gone(pid) for pid in pids.values())


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
async def test_after_a_kill_nothing_is_left_behind_and_it_starts_again(place: Place) -> None:
    up = start_process(place)
    try:
        await until(lambda: is_up(place), 30)
        killed = place.run()
        async with connected(place.settings) as client:
            await client.jetstream().publish("agency.police.F1.test", b"kept")
    finally:
        up.kill()
        up.wait()
    await until(lambda: all(is_gone(pid) for pid in killed.pids.values()))
    async with running(place) as (_, in_force), connected(in_force) as client:
        assert (await client.jetstream().get_msg("AGENCY_EVENTS", 1)).data == b"kept"
