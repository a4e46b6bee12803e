"""A deployment whose surroundings can be harmed, and how it says what it misses."""

from __future__ import annotations

import asyncio
import functools
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchmarks.bus import until_ready
from benchmarks.stores import Database
from services.embedded.commands import child_environment
from services.embedded.process import die_with_parent
from services.settings import Settings
from tests.chaos.deployment import WORKERS, Deployment, Service, deployed
from tests.chaos.processes import Running, Start, started
from tests.chaos.stage import SHORT, Stage
from tests.chaos.surroundings.clock import Clock
from tests.chaos.surroundings.network import Island, Proxy, island
from tests.chaos.surroundings.postgres import Postgres, postgres

SAYS_SECONDS = 30.0
"""How soon a service must say that it misses something, which nobody told it."""
BACK_SECONDS = 60.0
"""How soon it must be ready again: far longer than it should take, on a machine that others use."""
LOOK_SECONDS = 0.05


class Watched:
    """What the services of a deployment say of themselves."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def readiness(self, name: str) -> dict[str, Any]:
        """What a service says of itself now; nothing when it does not answer."""
        url = self._deployment.services[name].ready_url
        try:
            answer = httpx.get(url, timeout=SAYS_SECONDS)
        except httpx.TransportError:
            return {}
        found: dict[str, Any] = answer.json()
        return found

    async def until_missing(self, *names: str) -> dict[str, str]:
        """Wait until each of these says what it misses. The checks that fail, and why."""
        told: dict[str, str] = {}
        deadline = time.monotonic() + SAYS_SECONDS
        while late := set(names) - told.keys():
            for name in late:
                found = await asyncio.to_thread(self.readiness, name)
                if found.get("ready") is False:
                    failing = found["checks"].items()
                    told[name] = ", ".join(
                        f"{check}: {one['detail']}" for check, one in failing if not one["ok"]
                    )
            assert time.monotonic() < deadline, f"of {names} only these say something: {told}"
            await asyncio.sleep(LOOK_SECONDS)
        return told

    async def until_ready(self, *names: str) -> float:
        """Wait until each of these is ready. How many seconds it took."""
        began = time.monotonic()
        for name in names:
            while not (found := await asyncio.to_thread(self.readiness, name)).get("ready"):
                assert time.monotonic() - began < BACK_SECONDS, f"{name} is away: {found}"
                await asyncio.sleep(LOOK_SECONDS)
        return time.monotonic() - began

    def logged(self, name: str) -> str:
        """All that a service has logged so far."""
        return self._deployment.log_of(name).read_text(encoding="utf-8")

    def processes(self) -> dict[str, int]:
        """The process of each service: the same ones at the end as at the beginning."""
        return {one: kept.process.pid for one, kept in self._deployment.services.items()}


@dataclass
class Surrounded:
    """A stage on a PostgreSQL of its own; the services reach it, and NATS, through a proxy each.

    They live by a clock of their own too. Who publishes and who reckons goes past the proxies.
    """

    stage: Stage
    postgres: Postgres
    to_database: Proxy
    to_nats: Proxy
    clock: Clock

    @property
    def is_short(self) -> bool:
        """Whether this is one of the short set, that shares its deployment with others."""
        return self.stage.size <= SHORT

    @property
    def watched(self) -> Watched:
        """Its services, to be asked how they are."""
        return Watched(self.stage.deployment)


@contextmanager
def surrounded(size: int, *, begin: Start | None = None) -> Iterator[Surrounded]:
    """A fresh deployment on a fresh PostgreSQL, until the end of the block.

    Args:
        size: how many good events a run has.
        begin: how the services are started; then they live by the true clock.
    """
    with ExitStack() as stack:
        server, deployment = _servers(stack)
        direct = deployment.settings
        to_database = stack.enter_context(Proxy(server.port))
        to_nats = stack.enter_context(Proxy(urlsplit(direct.nats_url or "").port or 0))
        deployment.settings = direct.model_copy(
            update={
                "database_url": server.url("oneplan", port=to_database.port),
                "nats_url": f"nats://127.0.0.1:{to_nats.port}",
            }
        )
        clock = Clock(direct.data_dir / "clock")
        deployment.begin = begin or functools.partial(_living_by, clock)
        deployment.start(*WORKERS)
        deployment.settings = direct
        stage = Stage(deployment, Database.POSTGRESQL, size)
        yield Surrounded(stage, server, to_database, to_nats, clock)


def _living_by(
    clock: Clock, kind: str, step: str | None, environment: Mapping[str, str], log: Path
) -> Running:
    return started(kind, step, {**environment, **clock.environment()}, log)


@contextmanager
def on_an_island(size: int) -> Iterator[tuple[Stage, Island]]:
    """A fresh deployment whose services are in a network of their own, until the block ends."""
    with ExitStack() as stack:
        network = stack.enter_context(island())
        server, deployment = _servers(stack, host=f"127.0.0.1,{network.here}")
        direct = deployment.settings
        nats_port = urlsplit(direct.nats_url or "").port or 0
        to_nats = stack.enter_context(Proxy(nats_port, host=network.here))
        for port, name in enumerate(WORKERS, start=9464):
            own = direct.model_copy(
                update={
                    "database_url": server.url("oneplan", network.here),
                    "nats_url": f"nats://{network.here}:{to_nats.port}",
                    "monitor_host": network.watched,
                    "monitor_port": port,
                }
            )
            with deployment.log_of(name).open("ab") as log:
                process = subprocess.Popen(
                    network.command(sys.executable, "-m", "services.run", name),
                    env=child_environment(own),
                    stdout=log,
                    stderr=log,
                    preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one C function only
                )
            ready_url = f"http://{network.watched}:{port}/ready"
            deployment.services[name] = Service(process, ready_url, name)
        for service in deployment.services.values():
            until_ready(service.ready_url)
        yield Stage(deployment, Database.POSTGRESQL, size), network


def _servers(stack: ExitStack, host: str = "127.0.0.1") -> tuple[Postgres, Deployment]:
    """Fresh servers without services."""
    made = tempfile.TemporaryDirectory(prefix="oneplan-chaos-", ignore_cleanup_errors=True)
    folder = Path(stack.enter_context(made))
    # As root PostgreSQL runs as a user of its own, who must be able to enter the folder.
    folder.chmod(0o755)
    server = stack.enter_context(postgres(folder / "pg", host))
    settings = Settings(
        data_dir=folder / "data",
        database_url=server.create("oneplan"),
        keys_url=f"sqlite:///{folder / 'data' / 'credentials' / 'keys.sqlite'}",
        log_level="WARNING",
        log_format="json",
    )
    return server, stack.enter_context(deployed(settings, ()))
