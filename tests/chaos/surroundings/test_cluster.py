"""Three nats-servers with each message on three disks, and PostgreSQL: one after the other is lost.

With the configuration of the deployment, on loopback.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.load import AGENCIES
from benchmarks.stores import Database
from services import settings as known
from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS
from services.cli import credentials
from services.settings import Settings
from tests.chaos.deployment import WORKERS, Deployment
from tests.chaos.publisher import Publisher
from tests.chaos.stage import LONG, Stage
from tests.chaos.surroundings.postgres import Postgres, postgres
from tests.chaos.surroundings.stage import Watched
from tests.embedded.cluster import CONFIG, NODES, Node, cluster, urls_of
from tests.support.bus import make_streams

STOP_SECONDS = 30


class Cluster(Deployment):
    """Services on three nodes. ``nodes`` are those that run."""

    nodes: dict[str, Node]
    again: Callable[[str, Sequence[str]], Node]

    def note_peaks(self) -> dict[str, float]:
        """Of the services: the nodes come and go."""
        for name in self.services:
            self.note_peak(name)
        return self.peaks

    async def leader(self) -> str:
        """The node that leads the stream of the agencies' events."""
        async with connected(self.settings) as client:
            found = await client.jetstream().stream_info(AGENCY_EVENTS)
        assert found.cluster is not None
        return str(found.cluster.leader)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ``oneplan credentials deployment`` makes, for the agencies of the load only."""
    monkeypatch.setenv("ONEPLAN_SETTINGS_FILE", str(tmp_path / "none.toml"))
    # Each consumer is a Raft group of three nodes on this one machine.
    wanted = [one.model_dump() for one in known.AGENCIES if one.code in AGENCIES]
    monkeypatch.setenv("ONEPLAN_AGENCIES", json.dumps(wanted, default=str))
    made = CliRunner().invoke(credentials.app, ["deployment", str(tmp_path / "compose")])
    assert made.exit_code == 0, made.output
    shutil.copy(CONFIG, tmp_path / "compose")
    return tmp_path / "compose"


@pytest.fixture
def scaled_out(folder: Path) -> Iterator[tuple[Stage, Cluster, Postgres]]:
    """All of it, running."""
    with ExitStack() as stack:
        start = stack.enter_context(cluster(folder))
        # Not below pytest's own folder: another session takes it from who is not root.
        made = tempfile.TemporaryDirectory(prefix="oneplan-chaos-", ignore_cleanup_errors=True)
        server = stack.enter_context(postgres(Path(stack.enter_context(made)) / "pg"))
        nodes = {name: start(name, NODES) for name in NODES}
        for node in nodes.values():
            node.wait_until_healthy()
        settings = Settings(
            data_dir=folder / "data",
            credentials_dir=folder / "credentials",
            keys_dir=folder / "keys",
            nats_accounts=folder / "accounts" / "accounts.conf",
            nats_url=urls_of(list(nodes.values())),
            nats_tls_ca=folder / "tls" / "ca.pem",
            stream_replicas=3,
            database_url=server.create("oneplan"),
            keys_url=f"sqlite:///{folder / 'data' / 'keys.sqlite'}",
            log_level="WARNING",
            log_format="json",
        )
        asyncio.run(make_streams(settings))
        deployment = Cluster(settings, nats=None)  # type: ignore[arg-type]
        deployment.nodes, deployment.again = nodes, start
        stack.callback(_stop, deployment)
        # Its key is among what the deployment was given, and so its book is looked for.
        deployment.start("notary", *WORKERS)
        yield Stage(deployment, Database.POSTGRESQL, LONG), deployment, server


def _stop(deployment: Deployment) -> None:
    for name in deployment.services:
        deployment.send(name, signal.SIGTERM)
    for service in deployment.services.values():
        service.process.wait(STOP_SECONDS)


@pytest.mark.chaos
def test_a_node_the_leader_and_the_database_are_lost(
    scaled_out: tuple[Stage, Cluster, Postgres],
) -> None:
    stage, deployment, server = scaled_out
    services, lost = Watched(deployment), []
    began = services.processes()

    async def lose(name: str) -> None:
        lost.append(name)
        deployment.nodes[name].kill()
        await asyncio.sleep(5)
        node = deployment.again(name, NODES)
        await asyncio.to_thread(node.wait_until_healthy)
        deployment.nodes[name] = node

    async def fault(publisher: Publisher) -> None:
        leader = await deployment.leader()
        await publisher.reached(stage.size // 4)
        await lose(next(name for name in NODES if name != leader))
        await publisher.reached(stage.size // 2)
        await lose(await deployment.leader())
        await publisher.reached(3 * stage.size // 4)
        await asyncio.to_thread(server.kill)
        await services.until_missing(*WORKERS)
        await asyncio.to_thread(server.start)
        await services.until_ready(*WORKERS)

    seen = stage.play("cluster", stage.load(), fault)
    assert seen.findings == []
    assert services.processes() == began
    assert len(lost) == 2
