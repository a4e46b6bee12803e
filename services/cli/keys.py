"""``oneplan keys``: the keys of persons, and the master key that wraps them."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.erasure.certificate import public_key, signing_key
from services.keys.scrub import scrub
from services.keys.store import open_key_store
from services.keys.tables import SUBJECT_KEY

app = typer.Typer(help="The keys of persons.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The keys of persons."""


@app.command()
def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say how many keys there are and what was erased; and the key that certificates verify with.

    Example: oneplan keys status
    """
    settings = load_settings(data_dir)
    with readable_errors():
        store = open_key_store(settings)
        keys, erased = store.count(), store.tombstones()
        store.close()
        certificates = public_key(signing_key(settings))
    if as_json:
        found = {"keys": keys, "erased": len(erased), "certificate_key": certificates}
        typer.echo(orjson.dumps(found).decode())
        return
    typer.echo(f"{keys} keys; {len(erased)} subjects erased")
    typer.echo(f"certificates verify with: {certificates}")


@app.command()
def rotate_master(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Wrap all keys by a new master key and destroy the old one.

    After this no backup of the key store can be used without a backup of the master key of its
    time: destroy those too, and what was erased is out of reach of every backup.

    Example: oneplan keys rotate-master --yes
    """
    if not yes:
        typer.confirm("Is the credentials folder the one that all services use?", abort=True)
    settings = load_settings(data_dir)
    with readable_errors():
        store = open_key_store(settings)
        count = store.rotate_master()
        notes = scrub(store.engine, (SUBJECT_KEY.name,))
        store.close()
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(f"{count} keys wrapped anew")
