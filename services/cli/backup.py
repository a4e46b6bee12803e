"""``oneplan backup``: save everything while it runs, check a backup, restore it elsewhere."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from nats.errors import Error as NatsError
from rich.console import Console

from services.backup.backup import BadBackup, Manifest, checked
from services.backup.backup import restore as restore_backup
from services.backup.backup import save as save_backup
from services.backup.databases import DatabaseNotEmpty, NoDatabaseTool
from services.backup.streams import StreamExists
from services.bus.connect import connected
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.embedded.lock import FolderInUseError, FolderLock
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.settings import Settings

app = typer.Typer(help="Backups, while the service runs.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Of the backup.")]


@app.callback()
def _group() -> None:
    """Backups, while the service runs."""


@app.command()
def save(folder: Folder, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Save streams, database and the notary's book into a new folder, while the service runs.

    Seeds, tokens and keys are not in it; keep a copy of those in another place.

    Example: oneplan backup save backups/2026-03-01
    """
    settings = load_settings(data_dir)
    with _readable(), _working("saving"):
        manifest = asyncio.run(_save(settings, folder))
    _show(manifest, folder, as_json)


@app.command()
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Say whether a backup is whole.

    Example: oneplan backup check backups/2026-03-01
    """
    with _readable():
        manifest = checked(folder)
    _show(manifest, folder, as_json)


@app.command()
def restore(folder: Folder, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Put a backup into an empty data folder (and database), before the service starts there.

    Afterwards: oneplan up, then oneplan audit verify. What agencies send again after their last
    receipt is recognised; nothing is taken twice.

    Example: oneplan backup restore backups/2026-03-01 --data-dir var/restored
    """
    settings = load_settings(data_dir)
    with _readable(), _working("restoring"), FolderLock(settings.data_dir / "up.lock"):
        manifest = asyncio.run(_restore(settings, folder))
    _show(manifest, folder, as_json)


async def _save(settings: Settings, folder: Path) -> Manifest:
    async with connected(settings) as client:
        return await save_backup(settings, client, folder)


async def _restore(settings: Settings, folder: Path) -> Manifest:
    checked(folder)
    if settings.nats_url is not None:
        async with connected(settings) as client:
            return await restore_backup(settings, client, folder)
    with NatsServer(settings, port=ANY_PORT) as server:
        here = settings.model_copy(update={"nats_url": server.url})
        async with connected(here) as client:
            return await restore_backup(here, client, folder)


@contextmanager
def _readable() -> Iterator[None]:
    with readable_errors():
        try:
            yield
        except (BadBackup, DatabaseNotEmpty, NoDatabaseTool, StreamExists, NatsError) as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(1) from error
        except FolderInUseError as error:
            typer.echo(f"error: the service runs there ({error}); stop it first", err=True)
            raise typer.Exit(1) from error
        except sqlite3.Error as error:
            typer.echo(f"error: the database failed ({type(error).__name__})", err=True)
            raise typer.Exit(1) from error


@contextmanager
def _working(what: str) -> Iterator[None]:
    with Console(stderr=True).status(what):
        yield


def _show(manifest: Manifest, folder: Path, as_json: bool) -> None:
    if as_json:
        typer.echo(manifest.model_dump_json())
        return
    messages = ", ".join(f"{name} to {last}" for name, last in manifest.streams.items())
    typer.echo(f"{folder}: {len(manifest.files)} files, {manifest.database}; {messages}")
