"""The service as processes of the operating system, each of which can be killed and held up."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo

from benchmarks.bus import until_ready
from benchmarks.memory import MEBIBYTE, memory_of
from services.bus.connect import connected
from services.bus.partitions import WHOLE
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE, ensure_streams
from services.embedded.commands import child_environment
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.embedded.web_port import free_port
from services.settings import Settings
from tests.chaos.processes import Running, Start, started

WORKERS = ("intake", "projector", "watch", "relay")
"""Those through whose hands an event goes."""
NATS = "nats"
STOP_SECONDS = 60.0
LOG_LINES = 5


@dataclass
class Service:
    """A service that was started."""

    process: Running
    ready_url: str
    kind: str
    step: str | None = None
    """Where it is to die, and is not started again by itself."""


@dataclass
class Deployment:
    """nats-server and services on one data folder. ``settings`` point at what runs.

    A service is known by the name it was started under: several of a kind have several names.
    """

    settings: Settings
    nats: NatsServer
    begin: Start = started
    services: dict[str, Service] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)
    """The most memory that each used, of all that went by its name (MiB)."""

    def start(
        self, *names: str, kind: str | None = None, step: str | None = None, wait: bool = True
    ) -> None:
        """Start services and wait until each is ready.

        Not for use in a thread that ends before they do: they end with it.

        Args:
            names: under which they are known, and what they are unless ``kind`` says so.
            step: where the service ends itself with SIGKILL, see :mod:`tests.chaos.dying`.
            wait: whether to wait.
        """
        for name in names:
            port = free_port(self.settings.monitor_host, 0)
            own = self.settings.model_copy(update={"monitor_port": port})
            process = self.begin(kind or name, step, child_environment(own), self.log_of(name))
            url = f"http://{self.settings.monitor_host}:{port}/ready"
            self.services[name] = Service(process, url, kind or name, step)
        if wait:
            self.until_ready(*names)

    def until_ready(self, *names: str) -> None:
        """Wait until each of these says that it can do its work."""
        for name in names:
            until_ready(self.services[name].ready_url)

    def kill(self, name: str) -> None:
        """As a power cut does (SIGKILL); a server can be started again with :meth:`start_nats`."""
        self.note_peak(name)
        if name == NATS:
            self.send(name, signal.SIGKILL)
            self.nats.wait()
        else:
            self._end(name, signal.SIGKILL)

    def stop(self, name: str) -> tuple[int, float]:
        """Ask a service to stop (SIGTERM). Its exit code, and the seconds that it took."""
        self.note_peak(name)
        began = time.monotonic()
        return self._end(name, signal.SIGTERM), time.monotonic() - began

    def pause(self, name: str) -> None:
        """Let it stand still (SIGSTOP)."""
        self.send(name, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """Let it go on (SIGCONT)."""
        self.send(name, signal.SIGCONT)

    def ended(self, name: str, seconds: float = STOP_SECONDS) -> int:
        """Wait until a service ends by itself. Its exit code, negative for a signal."""
        return self.services.pop(name).process.wait(seconds)

    def revive(self) -> list[str]:
        """Start anew who has ended by itself, as a supervisor does; gives their names."""
        ended = [
            name
            for name, service in self.services.items()
            if service.step is None and _has_ended(service.process)
        ]
        for name in ended:
            self.start(name, kind=self.services[name].kind, wait=False)
        return ended

    def said(self) -> str:
        """Who has ended by itself, and the end of each log."""
        ended = [name for name, service in self.services.items() if _has_ended(service.process)]
        tails = [
            f"{name}: {line}"
            for name in self.services
            for line in self.log_of(name).read_text(encoding="utf-8").splitlines()[-LOG_LINES:]
        ]
        return "\n".join([f"ended: {ended}", *tails])

    def start_nats(self) -> None:
        """Start the server that was killed, on its store and its port."""
        self.nats.launch()
        self.nats.wait_until_ready()

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process."""
        os.kill(self._pid(name), number)

    def log_of(self, name: str) -> Path:
        """Where a service's log goes."""
        folder = self.settings.data_dir / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def memory(self, name: str, what: str = "VmRSS") -> float:
        """Memory that a process uses now, or ``VmHWM``: has used at most (MiB)."""
        try:
            return memory_of(self._pid(name), what) / MEBIBYTE
        except FileNotFoundError:
            return 0.0

    def note_peaks(self) -> dict[str, float]:
        """Keep how much memory each has used so far."""
        for name in (NATS, *self.services):
            self.note_peak(name)
        return self.peaks

    def note_peak(self, name: str) -> None:
        """Keep how much memory one has used, before it is gone."""
        self.peaks[name] = max(self.peaks.get(name, 0), self.memory(name, "VmHWM"))

    def _end(self, name: str, number: signal.Signals) -> int:
        # Out of the list first: who ends on its own account is started again.
        process = self.services.pop(name).process
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
        return process.wait(STOP_SECONDS)

    def _pid(self, name: str) -> int:
        return self.nats.pid if name == NATS else self.services[name].process.pid


def _has_ended(process: Running) -> bool:
    try:
        process.wait(0)
    except subprocess.TimeoutExpired:
        return False
    return True


async def intake_consumer(jetstream: JetStreamContext) -> ConsumerInfo:
    """What intake has still to deal with, whatever became of it on the way."""
    found: ConsumerInfo = await jetstream.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)
    return found


async def deliver_again_after(settings: Settings, seconds: float) -> None:
    """How long the stream waits for an acknowledgement before it delivers a message again."""
    async with connected(settings) as client:
        jetstream = client.jetstream()
        config = WHOLE.config(settings.intake_takeover)
        config.ack_wait = seconds
        await jetstream.add_consumer(AGENCY_EVENTS, config=config)


async def until_delivered_again(settings: Settings) -> None:
    """Wait until the stream has some message out for another time."""
    async with connected(settings) as client:
        jetstream = client.jetstream()
        while not (await intake_consumer(jetstream)).num_redelivered:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@contextmanager
def deployed(
    settings: Settings,
    names: Sequence[str] = WORKERS,
    *,
    begin: Start = started,
) -> Iterator[Deployment]:
    """A deployment that runs; all of it stops at the end.

    Args:
        names: the services.
        begin: how they are started.
    """
    with NatsServer(settings, port=ANY_PORT) as server:
        running = Deployment(settings.model_copy(update={"nats_url": server.url}), server, begin)
        asyncio.run(_prepare(running.settings))
        try:
            running.start(*names)
            yield running
        finally:
            for name in running.services:
                with contextlib.suppress(ProcessLookupError):
                    running.resume(name)
                    running.send(name, signal.SIGTERM)
            for name, service in running.services.items():
                try:
                    service.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    running.send(name, signal.SIGKILL)


async def _prepare(settings: Settings) -> None:
    async with connected(settings) as client:
        await ensure_streams(client.jetstream(), settings)
