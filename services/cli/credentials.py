"""``oneplan credentials``: the seeds and tokens, and what a deployment needs of them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from services.bus.credentials import ensure_credentials, public_key, users
from services.bus.permissions import accounts_block
from services.cli.common import DataDir, load_settings, readable_errors
from services.erasure.certificate import ensure_key_files
from services.files import write_private

app = typer.Typer(help="NATS seeds and HTTP tokens of the agencies.", no_args_is_help=True)

DATABASE_USER = "oneplan"
DATABASE_HOSTS = ("postgres", "postgres-keys")


@app.callback()
def _group() -> None:
    """NATS seeds and HTTP tokens of the agencies."""


@app.command()
def create(data_dir: DataDir = None) -> None:
    """Make the seeds and tokens that are missing; what is there stays.

    Example: oneplan credentials create
    """
    settings = load_settings(data_dir)
    with readable_errors():
        ensure_credentials(settings)
        ensure_key_files(settings)
    typer.echo(f"{len(users(settings))} seeds, {len(settings.agencies)} tokens", err=True)
    typer.echo(settings.credentials)


@app.command()
def deployment(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")] = Path("var/compose"),
) -> None:
    """Make all secrets that docker-compose.yml mounts, and the accounts for the NATS servers.

    Example: oneplan credentials deployment var/compose
    """
    settings = load_settings().model_copy(update={"credentials_dir": folder / "credentials"})
    with readable_errors():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ensure_credentials(settings)
        ensure_key_files(settings)
        keys = {user: public_key(settings, user) for user in users(settings)}
        # Public keys only: the NATS servers run as another user and must be able to read it.
        accounts = folder / "accounts.conf"
        accounts.write_text(accounts_block(keys), encoding="utf-8")
        accounts.chmod(0o644)
        _create_database_password(folder)
    typer.echo(folder)


def _create_database_password(folder: Path) -> None:
    password_file = folder / "postgres-password"
    if not password_file.exists():
        write_private(password_file, secrets.token_urlsafe(32))
    password = password_file.read_text(encoding="ascii").strip()
    entries = [
        f"{host}:5432:{DATABASE_USER}:{DATABASE_USER}:{password}\n" for host in DATABASE_HOSTS
    ]
    write_private(folder / "pgpass", "".join(entries))
