"""The embedded nats-server: JetStream that syncs each write, known users only, loopback only."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from services.bus.credentials import ensure_credentials
from services.bus.in_force import write_accounts
from services.bus.tls import check_pair
from services.embedded.lock import FolderInUseError, FolderLock
from services.embedded.process import STOP_SECONDS, die_with_parent
from services.files import write_private
from services.settings import Settings

LOOPBACK = "127.0.0.1"
PREFERRED_PORT = 4222
ANY_PORT = -1
ACCOUNTS = "accounts.conf"
"""Read again by the server while it runs, see :mod:`services.bus.in_force`."""
READY_SECONDS = 120
"""A large JetStream store takes a while to be read again."""
POLL_SECONDS = 0.02
LEFTOVER_SECONDS = 10
"""How long what is left of a crashed run may take to stop."""


class NatsServerError(Exception):
    """nats-server is missing, does not start, or an earlier one still runs."""


class NatsServer:
    """One nats-server on ``data_dir/nats``. Use it as a context manager, or start and stop it.

    Attributes:
        url: where clients connect; known once it has started.
        monitor_url: its monitoring endpoint.
    """

    def __init__(self, settings: Settings, *, port: int | None = None) -> None:
        """Nothing runs yet.

        Args:
            settings: the data folder, the agencies and their credentials.
            port: the port to listen on, -1 for any free one. Without it 4222 when that is free
                and any other when it is not. A second start takes the port of the first.
        """
        self.url = ""
        self.monitor_url = ""
        self._settings = settings
        self._folder = settings.data_dir.absolute() / "nats"
        self._port = port
        self._lock: FolderLock | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        """The process id. Raises NatsServerError when it was not launched."""
        return self._launched().pid

    def start(self) -> str:
        """Start it and wait until it takes clients. Returns its URL.

        Raises:
            NatsServerError: when it is missing, does not start, or an earlier one still runs.
            CredentialsError: when a seed is damaged or can be read by others.
        """
        try:
            self.launch()
            return self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def launch(self) -> None:
        """Start it without waiting. Raises as :meth:`start` does."""
        for private in (self._folder.parent, self._folder):  # mkdir's mode is for the last only
            private.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._lock is None:
            self._lock = self._take_folder()
        if self._port is None:
            self._spawn(PREFERRED_PORT if _is_free(PREFERRED_PORT) else ANY_PORT)
        else:
            self._spawn(self._port)

    def wait_until_ready(self) -> str:
        """Wait until it takes clients. Returns its URL. Raises as :meth:`start` does."""
        deadline = time.monotonic() + READY_SECONDS
        while (ports := self._ports()) is None:
            if self._launched().poll() is not None:
                if self._port is not None or "address already in use" not in self._complaint():
                    raise NatsServerError(f"nats-server does not start: {self._complaint()}")
                # Somebody took the preferred port between our look and its start.
                self._spawn(ANY_PORT)
            if time.monotonic() > deadline:
                self.stop()
                raise NatsServerError(
                    f"nats-server was not ready in {READY_SECONDS} s; see {self._folder}/nats.log"
                )
            time.sleep(POLL_SECONDS)
        self.url, self.monitor_url = ports["nats"][0], ports["monitoring"][0]
        self._port = int(self.url.rsplit(":", 1)[1])
        return self.url

    def wait(self) -> int:
        """Wait until it ends, for whatever reason. Returns its exit code."""
        return self._launched().wait()

    def stop(self) -> None:
        """End it as :meth:`end` does, and let go of the folder."""
        self.end()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def end(self) -> None:
        """End it with SIGTERM, with SIGKILL after 10 seconds."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _launched(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise NatsServerError("nats-server was not launched")
        return self._process

    def _take_folder(self) -> FolderLock:
        try:
            return FolderLock(self._folder / "lock", patience=LEFTOVER_SECONDS)
        except FolderInUseError as error:
            raise NatsServerError(
                f"{error} still works in {self._folder}, perhaps left over from a run that "
                "crashed; stop it with kill and that process number, then try again"
            ) from error

    def _spawn(self, port: int) -> None:
        for old in self._folder.glob("*.ports"):
            old.unlink()
        config = self._folder / "nats.conf"
        write_private(config, self._config(port))
        log = self._folder / "nats.log"
        self._log_start = log.stat().st_size if log.exists() else 0
        lock = self._lock.descriptor if self._lock is not None else None
        with (self._folder / "nats.err").open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - the binary of our own environment
                [server_binary(), "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                pass_fds=() if lock is None else (lock,),
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one C function only
            )
        if self._lock is not None:
            self._lock.describe(f"nats-server, process {self._process.pid},")

    def _config(self, port: int) -> str:
        ensure_credentials(self._settings)
        write_accounts(self._settings, self._folder / ACCOUNTS, mode=0o600)
        folder = json.dumps(str(self._folder), ensure_ascii=False)
        log = json.dumps(str(self._folder / "nats.log"), ensure_ascii=False)
        return f"""# Written by oneplan at each start.
server_name: oneplan
listen: "{LOOPBACK}:{port}"
http: "{LOOPBACK}:{ANY_PORT}"
ports_file_dir: {folder}
log_file: {log}
logfile_size_limit: 10MB
logfile_max_num: 5
max_payload: 8MB
jetstream {{
  store_dir: {folder}
  # Without it an acknowledged message can be lost when the power fails.
  sync_interval: always
}}
{self._tls()}include {ACCOUNTS}
"""

    def _tls(self) -> str:
        cert, key = self._settings.nats_server_tls_cert, self._settings.nats_server_tls_key
        if cert is None or key is None:
            return ""
        check_pair("nats_server_tls", cert, key)
        # "auto" serves clients that begin with TLS, as ours do, and those that wait to be told.
        return f"""tls {{
  cert_file: {json.dumps(str(cert.absolute()), ensure_ascii=False)}
  key_file: {json.dumps(str(key.absolute()), ensure_ascii=False)}
  handshake_first: auto
}}
"""

    def _ports(self) -> dict[str, list[str]] | None:
        for file in self._folder.glob(f"*_{self.pid}.ports"):
            try:
                ports: dict[str, list[str]] = json.loads(file.read_bytes())
            except json.JSONDecodeError:  # half written
                return None
            return ports
        return None

    def _complaint(self) -> str:
        said = (self._folder / "nats.err").read_text(errors="replace").strip()
        log = self._folder / "nats.log"
        if log.exists():
            with log.open("rb") as file:
                file.seek(self._log_start)
                text = file.read().decode(errors="replace")
            said += " ".join(line for line in text.splitlines() if "[FTL]" in line)
        return said or f"it ended with code {self._launched().returncode}"


def server_binary() -> str:
    """The nats-server beside this Python, or the one on the path. Raises NatsServerError."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise NatsServerError("nats-server is not installed; run: make setup")
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
