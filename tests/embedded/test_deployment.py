"""The scaled-out deployment, as far as it can be tried without a container engine."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from services import run
from services.bus.connect import connected
from services.bus.streams import STREAMS
from services.cli import credentials
from services.embedded.commands import child_environment
from services.embedded.nats_server import server_binary
from services.settings import AGENCIES, Settings
from tests.support.bus import make_streams

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "deploy" / "nats" / "cluster.conf"
NODES = ("nats-1", "nats-2", "nats-3")
THREE = ("police", "school", "veilig-thuis")
START_SECONDS = 30


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ``oneplan credentials deployment`` makes, with the servers' configuration beside it."""
    monkeypatch.setenv("ONEPLAN_SETTINGS_FILE", str(tmp_path / "none.toml"))
    # Three agencies do: each consumer is a Raft group of three nodes on this one machine.
    agencies = [agency.model_dump() for agency in AGENCIES if agency.code in THREE]
    monkeypatch.setenv("ONEPLAN_AGENCIES", json.dumps(agencies))
    folder = tmp_path / "compose"
    made = CliRunner().invoke(credentials.app, ["deployment", str(folder)])
    assert made.exit_code == 0, made.output
    shutil.copy(CONFIG, folder)
    return folder


@dataclass
class Node:
    """One server of a cluster on loopback."""

    port: int
    monitor: int
    process: subprocess.Popen[bytes]

    def wait_until_healthy(self) -> None:
        """Until the server says so, asked as the container's health check asks it."""
        deadline = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            assert self.process.poll() is None, "nats-server ended"
            assert time.monotonic() < deadline, "not healthy in time"
            time.sleep(0.1)

    def _is_healthy(self) -> bool:
        url = f"http://127.0.0.1:{self.monitor}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=3) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@contextmanager
def cluster(folder: Path) -> Iterator[list[Node]]:
    """Three nodes with the configuration of the deployment, on free ports of this machine."""
    ports = free_ports(9)
    routes = ", ".join(f'"nats-route://127.0.0.1:{port}"' for port in ports[6:])
    nodes: list[Node] = []
    try:
        for number, name in enumerate(NODES):
            environment = {
                "NATS_SERVER_NAME": name,
                "NATS_HOST": "127.0.0.1",
                "NATS_PORT": str(ports[number]),
                "NATS_MONITOR": f'"127.0.0.1:{ports[3 + number]}"',
                "NATS_CLUSTER": f'"127.0.0.1:{ports[6 + number]}"',
                "NATS_ROUTES": f"[{routes}]",
                "NATS_STORE": str(folder / name),
            }
            with (folder / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    [server_binary(), "-c", str(folder / CONFIG.name)],
                    env={**os.environ, **environment},
                    stdout=log,
                    stderr=log,
                )
            nodes.append(Node(ports[number], ports[3 + number], process))
        yield nodes
    finally:
        for node in nodes:
            node.process.terminate()
        for node in nodes:
            node.process.wait(30)


def prepare_streams(settings: Settings) -> None:
    """As the deployment does it: a process of its own that ends when it is done."""
    command = [sys.executable, "-m", "services.bus"]
    done = subprocess.run(command, env=child_environment(settings), timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.anyio
async def test_three_nodes_keep_what_they_took_when_one_is_killed(secrets: Path) -> None:
    with cluster(secrets) as nodes:
        for node in nodes:
            await asyncio.to_thread(node.wait_until_healthy)
        settings = Settings(
            data_dir=secrets,
            credentials_dir=secrets / "credentials",
            nats_url=",".join(f"nats://127.0.0.1:{node.port}" for node in nodes),
            stream_replicas=3,
        )
        await asyncio.to_thread(prepare_streams, settings)
        async with connected(settings) as client:
            infos = await client.jetstream().streams_info()
            assert {info.config.name for info in infos} == {stream.name for stream in STREAMS}
            assert all(info.config.num_replicas == 3 for info in infos)
            assert all(len((info.cluster and info.cluster.replicas) or ()) == 2 for info in infos)
        async with connected(settings, "police") as police:
            sent = [
                await police.jetstream().publish("agency.police.F1.test", str(number).encode())
                for number in range(20)
            ]
        nodes[0].process.kill()
        nodes[0].process.wait()
        await make_streams(settings)  # waits for a new leader when the killed node was it
        async with connected(settings, "police") as police:
            more = await police.jetstream().publish("agency.police.F1.test", b"20", timeout=10)
        assert more.seq == sent[-1].seq + 1
        async with connected(settings) as client:
            js = client.jetstream()
            kept = [(await js.get_msg("AGENCY_EVENTS", ack.seq)).data for ack in [*sent, more]]
        assert kept == [str(number).encode() for number in range(21)]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_compose_runs_every_service_and_watches_each(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {
        *NODES,
        "postgres",
        "postgres-keys",
        "streams",
        *run.SERVICES,
    }
    assert services["streams"]["command"] == ["python", "-m", "services.bus"]
    for name in run.SERVICES:
        assert services[name]["command"] == ["python", "-m", "services.run", name]
        assert services[name]["environment"]["ONEPLAN_STREAM_REPLICAS"] == "3"
        waits_for = services[name]["depends_on"]
        assert waits_for["streams"] == {"condition": "service_completed_successfully"}
    assert services["intake"]["deploy"]["replicas"] == 2
    watched = [service for name, service in services.items() if name != "streams"]
    assert all(service["healthcheck"]["test"] for service in watched)


def test_compose_holds_no_secret_and_opens_nothing_to_the_network(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            secret = any(word in name.lower() for word in ("password", "token", "seed", "secret"))
            assert not secret or value.startswith("/run/secrets/")
            assert "@" not in value or ":" not in value.split("://")[1].split("@")[0]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        for secret in service.get("secrets", ()):
            assert secret in compose["secrets"]
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_compose_mounts_what_the_command_makes(compose: dict[str, Any], secrets: Path) -> None:
    sources = [secret["file"] for secret in compose["secrets"].values()]
    for service in compose["services"].values():
        mounts = [mount.split(":")[0] for mount in service.get("volumes", ())]
        sources += [source for source in mounts if source.startswith("./")]
    assert len(sources) > 10
    for source in sources:
        path = Path(source)
        made = secrets / path.relative_to("var/compose") if path.parts[0] == "var" else ROOT / path
        assert made.exists(), source


@pytest.mark.parametrize("node", NODES)
def test_the_servers_take_the_configuration_of_compose_and_only_with_accounts(
    compose: dict[str, Any], secrets: Path, node: str
) -> None:
    environment = compose["services"][node]["environment"]
    assert environment["NATS_SERVER_NAME"] == node

    def complaint() -> str:
        tried = subprocess.run(
            [server_binary(), "-t", "-c", str(secrets / CONFIG.name)],
            env={**os.environ, **environment, "NATS_STORE": str(secrets / "store")},
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if tried.returncode == 0 else tried.stderr

    assert complaint() == ""
    (secrets / "accounts.conf").unlink()
    assert "accounts.conf" in complaint()
