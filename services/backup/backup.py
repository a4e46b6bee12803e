"""A backup of everything that cannot be made anew, in an order in which nothing is lost.

The streams come first, then the notary's book, the database last. What comes in meanwhile is in
the database and not in the streams: when the intake gets such an event again it knows its receipt.
The other way round an event could be acknowledged in the stream and missing in the database.
Seeds, tokens and keys are not in it: who finds a backup must not find its keys beside it.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.values import UtcDateTime
from services.backup.databases import restore_database, save_database
from services.backup.streams import restore_stream, save_stream
from services.bus.streams import STREAMS
from services.clock import utc_now
from services.files import write_private
from services.settings import Settings

MANIFEST = "manifest.json"
NOTARY = "notary"


class BadBackup(Exception):
    """A folder that holds no whole backup, or that is in use already."""


class Manifest(BaseModel):
    """What a backup holds: SHA-256 of each file, and the last sequence of each stream."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = 1
    begun_at: UtcDateTime
    finished_at: UtcDateTime
    database: str
    streams: dict[str, int]
    files: dict[str, str]


async def save(settings: Settings, client: Client, folder: Path) -> Manifest:
    """Write a backup into a new folder, while the service runs.

    Raises:
        BadBackup: when the folder is not empty.
        Exception: whatever the server, the database or the disk fails with; then there is no
            manifest, and the folder is no backup.
    """
    begun_at = utc_now()
    _begin(folder)
    states = {str(one.name): await save_stream(client, str(one.name), folder) for one in STREAMS}
    return await asyncio.to_thread(_save_the_rest, settings, folder, begun_at, states)


async def restore(settings: Settings, client: Client, folder: Path) -> Manifest:
    """Put a backup into an empty database and an empty NATS server.

    The service must not run on them yet.

    Raises:
        BadBackup: when the folder holds no whole backup, or there is a notary's book already.
        DatabaseNotEmpty, StreamExists: when there is something already.
        Exception: whatever the server, the database or the disk fails with.
    """
    manifest = await asyncio.to_thread(_restore_files, settings, folder)
    for name in manifest.streams:
        await restore_stream(client, name, folder)
    return manifest


def checked(folder: Path) -> Manifest:
    """The manifest of a backup that is whole.

    Raises:
        BadBackup: when there is none, or a file is not the one that was written.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise BadBackup(
            f"{folder} has no {MANIFEST}: it is no backup, or one broken off"
        ) from error
    except ValidationError as error:
        raise BadBackup(f"{folder}/{MANIFEST} cannot be read; take another backup") from error
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.exists() or _digest(path) != digest:
            raise BadBackup(f"{path} is not what was written; take another backup")
    return manifest


def _begin(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise BadBackup(f"{folder} is not empty; give a new folder for each backup")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _restore_files(settings: Settings, folder: Path) -> Manifest:
    manifest = checked(folder)
    if settings.notary.exists() and any(settings.notary.iterdir()):
        raise BadBackup(f"{settings.notary} is there already; restore elsewhere")
    restore_database(settings, folder)
    if (folder / NOTARY).exists():
        shutil.copytree(folder / NOTARY, settings.notary, dirs_exist_ok=True)
    return manifest


def _save_the_rest(
    settings: Settings, folder: Path, begun_at: datetime, states: dict[str, dict[str, Any]]
) -> Manifest:
    if settings.notary.exists():
        shutil.copytree(settings.notary, folder / NOTARY, ignore=shutil.ignore_patterns("lock"))
    database = save_database(settings, folder)
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    manifest = Manifest(
        begun_at=begun_at,
        finished_at=utc_now(),
        database=database,
        streams={name: state["last_seq"] for name, state in states.items()},
        files={str(one.relative_to(folder)): _digest(one) for one in files},
    )
    write_private(folder / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
