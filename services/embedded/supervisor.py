"""The supervisor of ``oneplan up``: nats-server and the service processes, kept running."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import structlog

from services.bus.connect import connected
from services.bus.credentials import ensure_credentials
from services.bus.streams import ensure_streams
from services.embedded import process
from services.embedded.commands import (
    IDENTITY,
    IDENTITY_HOST,
    Command,
    child_environment,
    identity_commands,
    is_web,
    monitor_place,
    service_commands,
)
from services.embedded.lock import FolderInUseError, FolderLock
from services.embedded.nats_disk import keep_storing
from services.embedded.nats_server import LEFTOVER_SECONDS, NatsServer, NatsServerError
from services.embedded.run_file import RunFile, read_run, remove_run, write_run
from services.embedded.web_port import free_port, http_url, is_ready
from services.settings import Settings

logger = structlog.get_logger(__name__)

NATS = "nats"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A process that ran this long is restarted as if it never failed before."""
POLL_SECONDS = 0.1
SLOW_SECONDS = 30.0


class AlreadyRunningError(Exception):
    """Another ``oneplan up`` works on this data folder."""


class Supervisor:
    """Starts everything in order, restarts what dies, stops everything in reverse order."""

    def __init__(
        self,
        settings: Settings,
        commands: Sequence[Command] | None = None,
        on_ready: Callable[[Settings, RunFile], Awaitable[None]] | None = None,
    ) -> None:
        """Nothing runs yet.

        Args:
            settings: the data folder, the ports, the agencies.
            commands: the service processes; the one named ``web`` answers ``/health/ready``.
            on_ready: called once with the settings in force when the service is ready.
        """
        folder = settings.data_dir.absolute()
        self._settings = settings.model_copy(
            update={
                "data_dir": folder,
                "credentials_dir": settings.credentials.absolute(),
                "notary_dir": settings.notary.absolute(),
                "keys_dir": settings.keys.absolute(),
            }
        )
        self._commands = (
            (*identity_commands(settings), *service_commands(settings))
            if commands is None
            else tuple(commands)
        )
        self._on_ready = on_ready
        self._stopping = asyncio.Event()
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._health_urls: dict[str, str] = {}
        self._nats: NatsServer | None = None
        self._ready = False
        self._started_at = datetime.now(UTC)

    def stop(self) -> None:
        """Ask for an orderly end; :meth:`run` returns once all has stopped."""
        self._stopping.set()

    async def run(self) -> None:
        """Run until :meth:`stop`, SIGINT or SIGTERM.

        Raises:
            AlreadyRunningError: when another works on this data folder.
            NatsServerError: when nats-server does not start.
            NotConnectedError: when the NATS of the settings does not answer.
            CredentialsError: when a seed is damaged or can be read by others.
        """
        lock = await asyncio.to_thread(self._take_folder)
        loop = asyncio.get_running_loop()
        try:
            for number in STOP_SIGNALS:
                loop.add_signal_handler(number, self.stop)
            await self._run(lock)
        finally:
            for number in STOP_SIGNALS:
                loop.remove_signal_handler(number)
            lock.release()

    async def _run(self, lock: FolderLock) -> None:
        ensure_credentials(self._settings)
        for counted in self._settings.data_dir.glob(f"{self._settings.counts_path.name}*"):
            counted.unlink()
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._start_nats()
            await self._prepare_streams()
            for command in self._commands:
                if self._stopping.is_set():
                    return
                process_ = await self._start(command, lock)
                tasks.append(asyncio.create_task(self._keep(command, process_, lock)))
            if self._nats is not None:
                tasks.append(asyncio.create_task(self._keep_nats(self._nats)))
                storing = keep_storing(self._nats, self._settings.data_dir)
                tasks.append(asyncio.create_task(storing))
            tasks.append(asyncio.create_task(self._announce()))
            await self._until_stopped(tasks)
        finally:
            self._stopping.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._stop_all()
            remove_run(self._settings)

    async def _until_stopped(self, tasks: list[asyncio.Task[None]]) -> None:
        stopped = asyncio.create_task(self._stopping.wait())
        try:
            watched: set[asyncio.Task[None]] = set(tasks)
            while not stopped.done():
                done, _ = await asyncio.wait(
                    {stopped, *watched}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in watched & done:
                    task.result()
                watched -= done
        finally:
            stopped.cancel()

    def _take_folder(self) -> FolderLock:
        try:
            return FolderLock(self._settings.data_dir / "up.lock", patience=self._patience())
        except FolderInUseError as error:
            run = read_run(self._settings)
            pids = "" if run is None else f" (processes {_listed([run.pid, *run.pids.values()])})"
            raise AlreadyRunningError(
                f"the data folder {self._settings.data_dir} is in use by {error}{pids}. Stop that "
                "with Ctrl-C or kill, or give another folder with --data-dir"
            ) from error

    def _patience(self) -> float:
        """What a crashed run left behind is given time to stop; a live one is not waited for."""
        run = read_run(self._settings)
        return 0 if run is not None and _is_alive(run.pid) else LEFTOVER_SECONDS

    async def _start_nats(self) -> None:
        if self._settings.nats_url is not None:
            return
        self._nats = NatsServer(self._settings)
        self._nats.launch()
        url = await asyncio.to_thread(self._nats.wait_until_ready)
        self._settings = self._settings.model_copy(update={"nats_url": url})
        logger.info("nats-server runs", url=url, pid=self._nats.pid)

    async def _prepare_streams(self) -> None:
        async with connected(self._settings, patience=SLOW_SECONDS) as client:
            await ensure_streams(client.jetstream(), self._settings)

    async def _start(self, command: Command, lock: FolderLock) -> asyncio.subprocess.Process:
        if is_web(command.name) and not self._web_runs():
            port = free_port(self._settings.http_host, self._settings.http_port)
            self._settings = self._settings.model_copy(update={"http_port": port})
        if command.name == IDENTITY and self._settings.oidc_issuer is None:
            preferred = self._settings.oidc_local_port if self._settings.http_port else 0
            issuer = http_url(IDENTITY_HOST, free_port(IDENTITY_HOST, preferred))
            self._settings = self._settings.model_copy(update={"oidc_issuer": issuer})
        child = await process.start(
            command.argv,
            env=child_environment(self._with_monitor_port(command)),
            pass_fds=(lock.descriptor,),
        )
        self._children[command.name] = child
        self._write_run()
        logger.info("service started", service=command.name, pid=child.pid)
        return child

    def _web_runs(self) -> bool:
        """Whether a web process has the port already: then the others come to it."""
        return any(
            is_web(name) and child.returncode is None for name, child in self._children.items()
        )

    def _with_monitor_port(self, command: Command) -> Settings:
        """A port of its own for each service, where it says how it is. The others have none."""
        place = monitor_place(command.name, self._settings)
        if place is None:
            return self._settings
        first, host = self._settings.monitor_port, self._settings.monitor_host
        wanted = first + place if first else 0
        port = free_port(host, wanted)
        self._health_urls[command.name] = http_url(host, port)
        return self._settings.model_copy(update={"monitor_port": port})

    async def _keep(
        self, command: Command, child: asyncio.subprocess.Process, lock: FolderLock
    ) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            code = await child.wait()
            pause = _next_pause(pause, time.monotonic() - began)
            logger.warning("service died", service=command.name, code=code, restart_in=pause)
            await asyncio.sleep(pause)
            pause *= 2
            child = await self._start(command, lock)

    async def _keep_nats(self, nats: NatsServer) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            code = await asyncio.to_thread(nats.wait)
            if self._stopping.is_set():
                return
            pause = _next_pause(pause, time.monotonic() - began)
            logger.warning("nats-server died", code=code, restart_in=pause)
            await asyncio.sleep(pause)
            pause *= 2
            try:
                nats.launch()
                await asyncio.to_thread(nats.wait_until_ready)
            except NatsServerError as error:
                logger.error("nats-server does not come back", error=str(error))  # noqa: TRY400
            else:
                self._write_run()
                logger.info("nats-server runs", url=nats.url, pid=nats.pid)

    async def _announce(self) -> None:
        slow_at = time.monotonic() + SLOW_SECONDS
        while not await asyncio.to_thread(
            is_ready,
            self._settings.http_host,
            self._settings.http_port,
            self._settings.http_tls_cert,
        ):
            if time.monotonic() > slow_at:
                logger.warning("not ready yet", waited_for=f"{SLOW_SECONDS:.0f} s")
                slow_at = time.monotonic() + SLOW_SECONDS
            await asyncio.sleep(POLL_SECONDS)
        self._ready = True
        run = self._write_run()
        if self._on_ready is not None:
            await self._on_ready(self._settings, run)

    def _write_run(self) -> RunFile:
        pids = {name: child.pid for name, child in self._children.items()}
        if self._nats is not None:
            pids = {NATS: self._nats.pid, **pids}
        run = RunFile(
            pid=os.getpid(),
            started_at=self._started_at,
            nats_url=self._settings.nats_url or "",
            monitor_url=None if self._nats is None else self._nats.monitor_url,
            http_url=http_url(
                self._settings.http_host,
                self._settings.http_port,
                tls=self._settings.http_tls_cert is not None,
            ),
            pids=pids,
            ready=self._ready,
            health_urls=self._health_urls,
        )
        write_run(self._settings, run)
        return run

    async def _stop_all(self) -> None:
        for name, child in reversed(self._children.items()):
            code = await process.stop(child)
            logger.info("service stopped", service=name, code=code)
        if self._nats is not None:
            await asyncio.to_thread(self._nats.stop)
            logger.info("nats-server stopped")


def _next_pause(pause: float, lived: float) -> float:
    return FIRST_PAUSE_SECONDS if lived > STEADY_SECONDS else min(pause, LONGEST_PAUSE_SECONDS)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _listed(pids: list[int]) -> str:
    return ", ".join(map(str, pids))
