"""``oneplan access``: who looked at a family."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer
from rich.console import Console

from services.access import AccessLog, AccessPath, AccessRecord, Outcome, Purpose, open_access_log
from services.access.logboek import as_log_record
from services.access.operator import operator
from services.access.page import MOST_RECORDS, for_member
from services.access.tracing import trace_id
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.cli.view_page import print_view
from services.clock import utc_now

Family = Annotated[str, typer.Argument(help="The family's id.")]

app = typer.Typer(help="Who looked at a family.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Who looked at a family."""


@app.command("list")
def show(
    family: Family,
    *,
    member: Annotated[
        str | None,
        typer.Option(help="As this member of the family may see it; without it all is shown."),
    ] = None,
    agency: Annotated[str | None, typer.Option(help="Only what this agency did.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_RECORDS, help="Records on the page.")] = 100,
    after: Annotated[str | None, typer.Option(help="The `next` of the page before.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List who looked at a family, the latest first. Looking here is put on record as well.

    Example: oneplan access list GEZIN-A-2025 --member moeder
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_access_log(settings) as access_log:
        page = access_log.of_family(family, limit, after, agency=agency)
        _note(access_log, family)
    if member is not None:
        page = for_member(page, member)
    if as_json:
        typer.echo(page.model_dump_json(indent=2))
    else:
        print_view(Console(), page)


@app.command()
def export(family: Family, data_dir: DataDir = None) -> None:
    """Write who looked at a family as lines of a Logboek Dataverwerkingen (JSON), the latest first.

    Example: oneplan access export GEZIN-A-2025 > logboek.jsonl
    """
    settings = load_settings(data_dir)
    with readable_errors(), open_access_log(settings) as access_log:
        _note(access_log, family)
        after: str | None = None
        more = True
        while more:
            found = access_log.records(family, MOST_RECORDS, after)
            more = len(found) > MOST_RECORDS
            for number, record in found[:MOST_RECORDS]:
                typer.echo(orjson.dumps(as_log_record(number, record)))
                after = str(number)


def _note(access_log: AccessLog, family: str) -> None:
    access_log.note(
        AccessRecord(
            viewer=operator(),
            family_id=family,
            view="access-records",
            categories=("access-records",),
            purpose=Purpose.AUDIT,
            path=AccessPath.CLI,
            outcome=Outcome.SHOWN,
            correlation_id=trace_id(),
            at=utc_now(),
            system="cli",
        )
    )
