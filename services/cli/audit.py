"""``oneplan audit``: replay the whole history, and verify that it adds up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from services.access.record import AccessPath
from services.audit.replay import HistoryEntry, entries_as_seen
from services.audit.replay import replay as replay_history
from services.audit.verify import Verification
from services.audit.verify import verify as verify_history
from services.cli.common import AsJson, DataDir, Moment, load_settings, readable_errors
from services.cli.reading import Member, Party, put_on_record, viewer_of
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog
from services.views.party_views import open_party_views

app = typer.Typer(help="The whole history, for the auditor.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The whole history, for the auditor."""


@app.command()
def replay(  # noqa: PLR0917 - the command's arguments
    family: Annotated[str | None, typer.Option(help="Only this family.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=Moment, metavar="T", help="Only what was known by then (RFC 3339)."),
    ] = None,
    party: Party = None,
    member: Member = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show every event in the order in which it was recorded. With --json one object a line.

    Without --party and --member it is the auditor's: the whole history, with all it says. With
    one of them it is what they may see of a family, which has to be named.

    Example: oneplan audit replay --family GEZIN-A-2025 --until 2025-06-01T00:00:00Z
    """
    settings = load_settings(data_dir)
    table = Table("Position", "Recorded", "Happened", "Family", "Event", "By")
    with readable_errors(), _entries(settings, family, until, party, member) as entries:
        for entry in entries:
            if as_json:
                typer.echo(entry.model_dump_json())
                continue
            who = entry.facts.get("provenance", {}).get("actor") or entry.facts.get("agency", "")
            table.add_row(
                str(entry.position),
                f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
                f"{entry.occurred_at:%Y-%m-%d %H:%M}",
                escape(entry.family_id),
                entry.type,
                escape(who),
            )
    if not as_json:
        Console().print(table)


@contextmanager
def _entries(
    settings: Settings,
    family: str | None,
    until: datetime | None,
    party: str | None,
    member: str | None,
) -> Iterator[Iterator[HistoryEntry]]:
    if party is None and member is None:
        if family is not None:
            put_on_record(settings, family, "history")
        with open_application(settings) as application:
            yield replay_history(EventLog(application), family_id=family, until=until)
        return
    if family is None:
        raise typer.BadParameter("name the family too: --party and --member see one at a time")
    viewer = viewer_of(settings, family, party, member)
    if viewer is None:
        raise typer.BadParameter("name a party or a member")
    with open_party_views(settings, AccessPath.CLI, "cli") as views:
        yield entries_as_seen(views.history(viewer, family), until)


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
