"""``oneplan audit prove`` and ``checkpoint``: what somebody who trusts nobody can check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.cli.common import DataDir, load_settings, readable_errors
from services.notary.book import Book
from services.notary.checkpoint import BadCheckpoint
from services.notary.key import public_key
from services.notary.proofs import NothingToProve
from services.notary.proofs import prove as prove_event
from services.notary.rows import raw_rows
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.store.application import open_application


def prove(
    position: Annotated[int, typer.Argument(help="Of the event, as `audit replay` shows it.")],
    since: Annotated[
        Path | None,
        typer.Option(
            help="A checkpoint you kept: prove that the log only grew since.", exists=True
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Print the proof that an event is in the signed log, as JSON.

    Check it with deploy/verifier/verify_proof.py, which uses no code of this service.

    Example: oneplan audit prove 12 --since kept-checkpoint.txt > proof.json
    """
    settings = load_settings(data_dir)
    earlier = None if since is None else since.read_text(encoding="utf-8")
    with (
        readable_errors(),
        open_read_engine(settings) as engine,
        open_application(settings) as application,
    ):
        try:
            key = _known_key(settings)
            rows = raw_rows(engine, application.events_table)
            proof = prove_event(rows, Book(settings.notary), key, position, earlier)
        except (NothingToProve, BadCheckpoint) as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(1) from error
    typer.echo(proof.model_dump_json(indent=2, exclude_none=True))


def checkpoint(
    key: Annotated[bool, typer.Option("--key", help="The public key instead.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Print the last signed checkpoint, to keep it where this service cannot reach.

    Example: oneplan audit checkpoint > kept-checkpoint.txt
    """
    settings = load_settings(data_dir)
    with readable_errors():
        try:
            known = _known_key(settings)
        except NothingToProve as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(1) from error
        note = Book(settings.notary).checkpoint() or ""
    typer.echo(known.public_bytes_raw().hex() if key else note, nl=key)


def _known_key(settings: Settings) -> Ed25519PublicKey:
    key = public_key(settings)
    if key is None:
        raise NothingToProve("nothing was signed yet; start the notary: oneplan up")
    return key
