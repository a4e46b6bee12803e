"""``oneplan audit``: replay the whole history, and verify that it adds up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from services.audit.replay import replay as replay_history
from services.audit.verify import Verification
from services.audit.verify import verify as verify_history
from services.cli.common import AsJson, DataDir, Moment, load_settings, readable_errors
from services.read_model.engine import open_read_engine
from services.store.application import open_application
from services.store.event_log import EventLog

app = typer.Typer(help="The whole history, for the auditor.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The whole history, for the auditor."""


@app.command()
def replay(
    family: Annotated[str | None, typer.Option(help="Only this family.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=Moment, metavar="T", help="Only what was known by then (RFC 3339)."),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show every event in the order in which it was recorded. With --json one object a line.

    Example: oneplan audit replay --family GEZIN-A-2025 --until 2025-06-01T00:00:00Z
    """
    settings = load_settings(data_dir)
    table = Table("Position", "Recorded", "Happened", "Family", "Event", "By")
    with readable_errors(), open_application(settings) as application:
        for entry in replay_history(EventLog(application), family_id=family, until=until):
            if as_json:
                typer.echo(entry.model_dump_json())
                continue
            who = entry.facts.get("provenance", {}).get("actor") or entry.facts.get("agency", "")
            table.add_row(
                str(entry.position),
                f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
                f"{entry.occurred_at:%Y-%m-%d %H:%M}",
                escape(entry.family_id or ""),
                entry.type,
                escape(who),
            )
    if not as_json:
        Console().print(table)


@app.command()
def verify(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Check that nothing was lost or doubled, and that the views agree with the events.

    Exit code 1 when something is wrong.

    Example: oneplan audit verify
    """
    settings = load_settings(data_dir)
    working = Progress(
        SpinnerColumn(),
        TextColumn("reading the history"),
        console=Console(stderr=True),
        transient=True,
    )
    with (
        readable_errors(),
        open_read_engine(settings) as engine,
        open_application(settings) as application,
        working,
    ):
        working.add_task("", total=None)
        found = verify_history(application, engine)
    typer.echo(orjson.dumps(asdict(found)).decode() if as_json else _in_words(found))
    if not found.is_sound:
        raise typer.Exit(1)


def _in_words(found: Verification) -> str:
    looked_at = f"{found.events} events, {found.families} families, {found.receipts} receipts"
    if found.is_sound:
        return f"sound: {looked_at}"
    return "\n".join([f"NOT sound: {looked_at}", *found.findings])
