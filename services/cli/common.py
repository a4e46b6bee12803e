"""What the commands share: settings, and errors that a person can read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from domain.values import utc
from services.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="Where database, NATS and credentials lie.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]

EXPECTED = (
    ("services.bus.connect", "NotConnectedError"),
    ("services.files", "CredentialsError"),
    ("services.keys.master", "KeysError"),
    ("services.erasure.certificate", "CertificateError"),
    ("services.keys.scrub", "StillInUseError"),
    ("services.erasure.read_model", "ViewsDifferError"),
    ("services.embedded.nats_server", "NatsServerError"),
    ("services.embedded.supervisor", "AlreadyRunningError"),
    ("domain.errors", "DomainError"),
    ("services.views.errors", "ViewError"),
    ("eventsourcing.persistence", "PersistenceError"),
    ("eventsourcing.persistence", "MapperDeserialisationError"),
    ("services.newer", "UpgradeNeeded"),
    ("builtins", "LookupError"),
    ("builtins", "OSError"),
)
"""Errors with a message for who reads it: the module and the class."""
OF_THE_VIEWS = (("sqlalchemy.exc", "SQLAlchemyError"),)


def Moment(text: str) -> datetime:  # noqa: N802 - Typer shows the parser's name as the type
    """A moment with an offset, from RFC 3339. Raises typer.BadParameter."""
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise typer.BadParameter(
            f"{text} is no moment with an offset in the years 1 to 9999; "
            "write for example 2025-06-01T12:00:00Z"
        ) from error


@contextmanager
def readable_errors() -> Iterator[None]:
    """What can go wrong with a running service becomes one line on stderr and exit code 1."""
    try:
        yield
    except _raised(EXPECTED) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    except _raised(OF_THE_VIEWS) as error:
        # Its own text has the statement in it, which says nothing to who reads it.
        typer.echo(
            f"error: the views cannot be read ({type(error).__name__}); they are made and kept by "
            "the projector, so see that `oneplan up` runs, or run `oneplan doctor`",
            err=True,
        )
        raise typer.Exit(1) from error


def _raised(places: Iterable[tuple[str, str]]) -> tuple[type[Exception], ...]:
    """Those of the errors that can have been raised: their modules are loaded.

    To load them all takes longer than most commands do.
    """
    loaded = ((sys.modules.get(module), name) for module, name in places)
    return tuple(getattr(module, name) for module, name in loaded if module is not None)


def load_settings(data_dir: Path | None = None) -> Settings:
    """The settings in force. Exits with code 1 and a list of what is wrong with them."""
    try:
        return Settings() if data_dir is None else Settings(data_dir=data_dir)
    except ValueError as error:
        for line in settings_errors(error):
            typer.echo(f"error: {line}", err=True)
        raise typer.Exit(1) from error


def settings_errors(error: ValueError) -> list[str]:
    """What is wrong with the settings, one line each; the values are not repeated."""
    if not isinstance(error, ValidationError):
        return [f"the settings file cannot be read: {error}"]
    return [
        f"setting {'.'.join(map(str, detail['loc']))}: {detail['msg']}"
        for detail in error.errors(include_url=False, include_input=False, include_context=False)
    ]
