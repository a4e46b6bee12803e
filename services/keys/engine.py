"""The key store's database: never the one in which the events are."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import ArgumentError

from services.keys.master import KeysError
from services.read_model.engine import postgresql_engine, sqlite_engine
from services.settings import Settings

KEYS_FILE = "keys.sqlite"
DEFAULT_PORT = 5432


def key_engine(settings: Settings) -> Engine:
    """An engine for the key store of the settings; its file is made if absent, of mode 0600.

    Raises:
        KeysError: when it is not said where the keys are, or they would lie with the events.
    """
    place = key_place(settings)
    return _file_engine(place) if isinstance(place, Path) else postgresql_engine(place)


def key_place(settings: Settings) -> Path | str:
    """Where the keys are: a file, or the URL of a PostgreSQL database. Nothing is opened.

    Raises:
        KeysError: when it is not said where the keys are, or they would lie with the events.
    """
    if settings.keys_url is None:
        if settings.database_url is not None:
            raise KeysError(
                "keys_url: say where the keys of persons are, since the events are on PostgreSQL: "
                "another database (postgresql://...), or a file that all services share "
                "(sqlite:////folder/keys.sqlite)"
            )
        return settings.credentials / KEYS_FILE
    try:
        url = make_url(settings.keys_url)
    except ArgumentError as error:
        raise KeysError("keys_url: must begin with postgresql:// or sqlite:///") from error
    if url.drivername == "sqlite" and url.database:
        path = Path(url.database)
        if path.absolute() == settings.sqlite_path.absolute():
            raise KeysError(f"keys_url: {_SAME}")
        return path
    if url.drivername != "postgresql":
        raise KeysError("keys_url: must begin with postgresql:// or sqlite:///")
    if settings.database_url is not None and _place(settings.keys_url) == _place(
        settings.database_url
    ):
        raise KeysError(f"keys_url: {_SAME}")
    return settings.keys_url


_SAME = (
    "this is the database of the events; a backup of it would hold the keys with what they lock, "
    "and restoring it would bring back what was erased. Give the keys a database of their own"
)


def _place(database_url: str) -> tuple[object, ...]:
    url = make_url(database_url)
    host = url.host or url.query.get("host", "localhost")
    return host, url.port or DEFAULT_PORT, url.database


def _file_engine(path: Path) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives its write-ahead log the mode of the file itself.
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    engine = sqlite_engine(path)
    event.listen(engine, "connect", _overwrite_what_is_deleted)
    return engine


def _overwrite_what_is_deleted(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA secure_delete = ON").close()
