"""The database as a file: SQLite by its own online backup, PostgreSQL by ``pg_dump``.

Both show one moment: event store, views and their positions belong together.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from services.settings import Settings

SQLITE_FILE = "database.sqlite"
POSTGRESQL_FILE = "database.dump"
PAGES_AT_ONCE = 1000
"""SQLite pages that are copied before other writers get their turn."""


class DatabaseNotEmpty(Exception):
    """There is something where the backup would be restored."""


class NoDatabaseTool(Exception):
    """PostgreSQL's own program is missing, or says that it failed."""


def save_database(settings: Settings, folder: Path) -> str:
    """Write the database into a file of the folder while others use it; returns the file's name.

    Raises:
        NoDatabaseTool: when pg_dump is missing or fails.
        sqlite3.Error, OSError: when the database or the disk fails.
    """
    if settings.database_url is None:
        _copy_sqlite(settings.sqlite_path, folder / SQLITE_FILE)
        return SQLITE_FILE
    file = folder / POSTGRESQL_FILE
    file.touch(mode=0o600)
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={file}", _plain(settings))
    return POSTGRESQL_FILE


def restore_database(settings: Settings, folder: Path) -> None:
    """Put what :func:`save_database` wrote into the empty database of the settings.

    Raises:
        DatabaseNotEmpty: when the database is not empty, or the backup is of the other kind.
        NoDatabaseTool: when pg_restore is missing or fails.
        sqlite3.Error, OSError: when the database or the disk fails.
    """
    name = SQLITE_FILE if settings.database_url is None else POSTGRESQL_FILE
    if not (folder / name).exists():
        raise DatabaseNotEmpty(
            f"this backup has no {name}: it was made of the other kind of database; "
            "set or leave out database_url"
        )
    if settings.database_url is None:
        if settings.sqlite_path.exists():
            raise DatabaseNotEmpty(f"{settings.sqlite_path} is there already; restore elsewhere")
        settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy_sqlite(folder / name, settings.sqlite_path)
        return
    tables = _run("psql", "--tuples-only", "--no-align", f"--command={_TABLES}", _plain(settings))
    if tables.strip() != "0":
        raise DatabaseNotEmpty("the database has tables already; restore into an empty one")
    database = f"--dbname={_plain(settings)}"
    _run("pg_restore", "--exit-on-error", "--no-owner", database, str(folder / name))


_TABLES = (
    "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise FileNotFoundError(f"there is no database {source}")
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other, pages=PAGES_AT_ONCE, sleep=0)


def _plain(settings: Settings) -> str:
    """The URL as PostgreSQL's own programs know it: ``schema`` is a word of ours."""
    url = urlsplit(settings.database_url or "")
    options = [one for one in url.query.split("&") if one and not one.startswith("schema=")]
    return urlunsplit(url._replace(query="&".join(options)))


def _run(program: str, *arguments: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise NoDatabaseTool(f"{program} is not installed; install PostgreSQL's client programs")
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, found on the path
        [found, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        # Its words can quote a statement, and so a row.
        raise NoDatabaseTool(f"{program} failed with code {done.returncode}")
    return done.stdout
