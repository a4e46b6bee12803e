"""What ``oneplan doctor`` looks at on this machine and in the database. Nothing is changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path

import psycopg
from pydantic import BaseModel, ConfigDict

from services.bus.credentials import CredentialsError, mismatches, public_key, seed_path, users
from services.embedded.nats_server import NatsServerError, server_binary
from services.files import OTHERS
from services.keys.engine import key_place
from services.keys.master import KeysError, MasterFiles
from services.settings import Settings
from services.store.application import database_environment

GIB = 1024**3
LITTLE_DISK = 5 * GIB
NO_DISK = GIB
OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 140000
"""``server_version_num`` of PostgreSQL 14."""
CONNECT_SECONDS = 5


class Health(StrEnum):
    """How it is with one thing."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Check(BaseModel):
    """What was found about one thing, and how to mend it when that is needed."""

    model_config = ConfigDict(frozen=True)

    name: str
    health: Health
    found: str
    mend: str | None = None


def ok(name: str, found: str) -> Check:
    """Nothing to do."""
    return Check(name=name, health=Health.OK, found=found)


def warning(name: str, found: str, mend: str) -> Check:
    """It works, and should be looked at."""
    return Check(name=name, health=Health.WARNING, found=found, mend=mend)


def error(name: str, found: str, mend: str) -> Check:
    """It does not work."""
    return Check(name=name, health=Health.ERROR, found=found, mend=mend)


def check_python() -> Check:
    """The version of Python."""
    found = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return error("python", found, "use Python 3.11 or later")
    return ok("python", found)


def check_nats_server() -> Check:
    """The nats-server program. Only the embedded service needs it."""
    try:
        said = subprocess.run(  # noqa: S603 - the binary of our own environment
            [server_binary(), "--version"], capture_output=True, text=True, check=True, timeout=10
        )
    except (NatsServerError, OSError, subprocess.SubprocessError) as problem:
        return error("nats-server", str(problem), "run: make setup")
    return ok("nats-server", said.stdout.strip())


def check_data_folder(settings: Settings) -> Check:
    """Whether the data folder is there, writable, and ours alone."""
    folder = settings.data_dir
    if not folder.exists():
        return warning("data folder", f"{folder} is not there yet", "oneplan up makes it")
    mode = stat.S_IMODE(folder.stat().st_mode)
    found = f"{folder}, mode {mode:04o}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return error("data folder", f"{found}: not writable", "give it to the user that runs this")
    if mode & OTHERS:
        return warning("data folder", f"{found}: open to others", f"run: chmod 700 {folder}")
    return ok("data folder", found)


def check_disk(settings: Settings) -> Check:
    """Whether there is room for what comes in."""
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / GIB:.1f} GiB free"
    if free < NO_DISK:
        return error("disk", found, "make room: without it events are refused")
    if free < LITTLE_DISK:
        return warning("disk", found, "make room before long")
    return ok("disk", found)


def check_credentials(settings: Settings) -> Iterator[Check]:
    """Whether seeds and tokens are there, sound, and closed to others."""
    folder = settings.credentials
    try:
        known = users(settings)
        problems = [*mismatches(settings)]
    except CredentialsError as damage:
        yield error("credentials", str(damage), "do as that line says")
        return
    # In a deployment a service may have its own seed and no other.
    there = [user for user in known if seed_path(settings, user).exists()]
    if not there:
        mend = "oneplan up makes them, or run: oneplan credentials create"
        yield warning("credentials", f"none in {folder}", mend)
        return
    seeds = (_problem(public_key, settings, user) for user in there)
    found = list(dict.fromkeys(one for one in (*seeds, *problems) if one is not None))
    for problem in found:
        yield error("credentials", problem, "do as that line says")
    if not found:
        yield ok("credentials", f"{len(there)} seeds in {folder}")


def check_keys(settings: Settings) -> Check:
    """Whether it is said where the keys of persons are, and their master key is there."""
    masters = MasterFiles(settings)
    try:
        key_place(settings)
        if masters.path.exists():
            return ok("keys", f"master key {masters.current().id}")
    except KeysError as fault:
        return error("keys", str(fault), "see docs/erasure.md")
    return warning("keys", f"{masters.path} is not there", "run: oneplan credentials create")


def check_database(settings: Settings) -> Check:
    """Whether the database answers, and a commit survives a power cut."""
    if settings.database_url is None:
        return _check_sqlite(settings.sqlite_path)
    try:
        return _check_postgres(settings)
    except (psycopg.Error, ValueError) as problem:
        mend = "look at database_url, PGPASSWORD and PGPASSFILE, and whether the server runs"
        return error("database", f"PostgreSQL: {problem}".strip(), mend)


def _check_sqlite(path: Path) -> Check:
    if not path.exists():
        return warning("database", f"{path} is not there yet", "oneplan up makes it")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (mode,) = database.execute("PRAGMA journal_mode").fetchone()
    except sqlite3.Error as problem:
        return error("database", f"SQLite {path}: {problem}", "put a copy of it back in place")
    if mode != "wal":
        mend = "stop the service and start it again: it sets write-ahead logging itself"
        return error("database", f"SQLite {path}: journal_mode {mode}", mend)
    return ok("database", f"SQLite {sqlite3.sqlite_version}, journal_mode wal")


def _check_postgres(settings: Settings) -> Check:
    environment = database_environment(settings)
    with psycopg.connect(
        dbname=environment["POSTGRES_DBNAME"],
        host=environment["POSTGRES_HOST"],
        port=environment["POSTGRES_PORT"],
        user=environment["POSTGRES_USER"],
        password=environment["POSTGRES_PASSWORD"] or None,
        connect_timeout=CONNECT_SECONDS,
    ) as connection:
        shown = {
            name: str(connection.execute(f"SHOW {name}".encode()).fetchone()[0])  # type: ignore[index]
            for name in ("server_version", "server_version_num", "fsync", "synchronous_commit")
        }
    found = "PostgreSQL {server_version}, fsync {fsync}, synchronous_commit {synchronous_commit}"
    found = found.format_map(shown)
    if int(shown["server_version_num"]) < OLDEST_POSTGRES:
        return error("database", found, "use PostgreSQL 14 or later")
    if "off" in (shown["fsync"], shown["synchronous_commit"]):
        mend = "set fsync and synchronous_commit to on in postgresql.conf: a commit can be lost"
        return error("database", found, mend)
    return ok("database", found)


def _problem(look: Callable[..., object], *arguments: object) -> str | None:
    try:
        look(*arguments)
    except (CredentialsError, OSError) as problem:
        return str(problem)
    return None
