"""``oneplan credentials``: the seeds and tokens, and what a deployment needs of them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from services.bus.certificates import ensure_certificates
from services.bus.credentials import ensure_credentials, users
from services.bus.in_force import write_accounts
from services.cli.common import DataDir, load_settings, readable_errors
from services.clock import utc_now
from services.erasure.certificate import ensure_key_files
from services.files import write_private
from services.notary.key import signing_key as notary_key
from services.web.csrf import web_secret

app = typer.Typer(help="NATS seeds and HTTP tokens of the agencies.", no_args_is_help=True)

DATABASE_USER = "oneplan"
DATABASE_HOSTS = ("postgres", "postgres-keys")
NODES = ("nats-1", "nats-2", "nats-3", "localhost", "127.0.0.1")
"""The NATS servers of docker-compose.yml, as they are called there and from beside them."""


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
        typer.echo(f"keys of {len(users(settings))} users", err=True)
    typer.echo(settings.keys)


@app.command()
def deployment(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")] = Path("var/compose"),
    host: Annotated[
        list[str] | None,
        typer.Option(help="A name by which agencies reach the NATS servers, in the certificate."),
    ] = None,
) -> None:
    """Make all secrets that docker-compose.yml mounts, accounts and certificates included.

    Example: oneplan credentials deployment var/compose --host nats.example.nl
    """
    settings = load_settings().model_copy(
        update={"credentials_dir": folder / "credentials", "keys_dir": folder / "keys"}
    )
    with readable_errors():
        for made in (folder, folder / "notary"):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
        ensure_credentials(settings)
        ensure_key_files(settings)
        # The folder is read-only for the services: they cannot make these themselves.
        notary_key(settings)
        web_secret(settings)
        # In a folder of its own, to be mounted as a whole: of a file that is mounted by itself a
        # container would go on seeing what it replaced.
        write_accounts(settings, folder / "accounts" / "accounts.conf")
        ensure_certificates(folder / "tls", (*NODES, *(host or ())), utc_now())
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
