"""The embedded nats-server as a process: ports, folders, syncing, leftovers."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from services.bus import in_force
from services.embedded import nats_server
from services.embedded.nats_server import LOOPBACK, NatsServer, NatsServerError
from services.settings import Settings


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def test_it_syncs_each_write_listens_on_loopback_and_takes_large_messages(place: Settings) -> None:
    with (
        NatsServer(place, port=-1) as server,
        urllib.request.urlopen(f"{server.monitor_url}/varz") as answer,  # noqa: S310 - http
    ):
        variables = json.load(answer)
    assert variables["jetstream"]["config"]["sync_always"] is True
    assert variables["max_payload"] == 8 * 1024 * 1024
    assert variables["host"] == variables["http_host"] == LOOPBACK
    assert variables["auth_required"] is True


def test_its_files_are_for_the_owner_only(place: Settings) -> None:
    with NatsServer(place, port=-1):
        folder = place.data_dir / "nats"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "nats.conf").stat().st_mode) == 0o600
        assert "SU" + "A" not in (folder / "nats.conf").read_text()
        assert "Server is ready" in (folder / "nats.log").read_text()


def test_the_preferred_port_is_taken_when_free_and_another_when_not(
    place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        free = probe.getsockname()[1]
    monkeypatch.setattr(nats_server, "PREFERRED_PORT", free)
    other = Settings(data_dir=tmp_path / "other")
    with NatsServer(place) as first, NatsServer(other) as second:
        assert first.url == f"nats://{LOOPBACK}:{free}"
        assert second.url not in ("", first.url)


def test_a_port_that_is_taken_at_the_last_moment_is_no_problem(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as holder:
        holder.bind((LOOPBACK, 0))
        holder.listen()
        taken = holder.getsockname()[1]
        monkeypatch.setattr(nats_server, "PREFERRED_PORT", taken)
        monkeypatch.setattr(nats_server, "_is_free", lambda _port: True)
        with NatsServer(place) as server:
            assert server.url
            assert not server.url.endswith(f":{taken}")


def test_a_fixed_port_that_is_taken_is_an_error_with_the_reason(place: Settings) -> None:
    with socket.socket() as holder:
        holder.bind((LOOPBACK, 0))
        holder.listen()
        with pytest.raises(NatsServerError, match="address already in use"):
            NatsServer(place, port=holder.getsockname()[1]).start()


def test_it_stops_cleanly_and_starts_again_on_the_same_port(place: Settings) -> None:
    server = NatsServer(place, port=-1)
    url, pid = server.start(), server.pid
    server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert server.wait() == 0
    assert server.start() == url
    assert server.pid != pid
    server.stop()


def test_a_second_one_on_the_same_folder_is_refused_and_names_the_first(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nats_server, "LEFTOVER_SECONDS", 0.2)
    with NatsServer(place, port=-1) as first:
        second = NatsServer(place, port=-1)
        with pytest.raises(NatsServerError, match=f"process {first.pid}, still works in"):
            second.start()


def test_what_a_crashed_run_left_behind_is_named(
    place: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nats_server, "LEFTOVER_SECONDS", 0.2)
    # Without the signal at the parent's death, as on systems that have none.
    script = (
        "import os, sys; from pathlib import Path\n"
        "from services.embedded import nats_server\n"
        "from services.settings import Settings\n"
        "nats_server.die_with_parent = lambda: None\n"
        "server = nats_server.NatsServer(Settings(data_dir=Path(sys.argv[1])), port=-1)\n"
        "server.start(); print(server.pid, flush=True); os._exit(1)\n"
    )
    command = [sys.executable, "-c", script, str(place.data_dir)]
    crashed = subprocess.run(command, capture_output=True, text=True, check=False)
    leftover = int(crashed.stdout)
    try:
        with pytest.raises(NatsServerError, match=f"process {leftover}, still works in"):
            NatsServer(place, port=-1).start()
    finally:
        os.kill(leftover, signal.SIGTERM)
    monkeypatch.setattr(nats_server, "LEFTOVER_SECONDS", 10)
    with NatsServer(place, port=-1) as server:
        assert server.url


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_it_ends_with_a_parent_that_is_killed(place: Settings) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from services.embedded.nats_server import NatsServer\n"
        "from services.settings import Settings\n"
        "NatsServer(Settings(data_dir=Path(sys.argv[1])), port=-1).start()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(place.data_dir)], check=False)
    with NatsServer(place, port=-1) as server:  # waits for the lock that the orphan held
        assert server.url


def test_a_configuration_error_is_told(place: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_force, "accounts_block", lambda _keys: "no_such_setting: 1\n")
    with pytest.raises(NatsServerError, match=r"does not start: .*no_such_setting"):
        NatsServer(place, port=-1).start()
    monkeypatch.undo()
    with NatsServer(place, port=-1) as server:  # the failed one let go of the folder
        assert server.url
