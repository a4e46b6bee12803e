"""``oneplan people``: who is signed in, and ending that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.identity.sessions import Sessions
from services.read_model.engine import open_read_engine
from services.settings import Settings

app = typer.Typer(help="People who are signed in.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """People who are signed in."""


@app.command()
def sessions(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List who is signed in, since when (UTC), and when they were last seen.

    Example: oneplan people sessions
    """
    with readable_errors(), _sessions(load_settings(data_dir)) as kept:
        found = kept.signed_in()
    if as_json:
        rows = [{"person_id": one.person_id, "since": one.since, "used": one.used} for one in found]
        typer.echo(orjson.dumps(rows).decode())
        return
    table = Table("Person", "Since", "Last seen")
    for one in found:
        table.add_row(one.person_id, f"{one.since:%Y-%m-%d %H:%M}", f"{one.used:%Y-%m-%d %H:%M}")
    Console().print(table)


@app.command("sign-out")
def sign_out(
    person_id: Annotated[str, typer.Argument(help="The person's id.")], data_dir: DataDir = None
) -> None:
    """End all sessions of a person, wherever they are signed in.

    It does not take away an access token: that one the identity provider must end, or it expires.

    Example: oneplan people sign-out karim-benali
    """
    with readable_errors(), _sessions(load_settings(data_dir)) as kept:
        ended = kept.revoke_person(person_id)
    typer.echo(f"{ended} sessions ended")


@contextmanager
def _sessions(settings: Settings) -> Iterator[Sessions]:
    with open_read_engine(settings) as engine:
        kept = Sessions(engine)
        kept.create_table()
        yield kept
