"""``oneplan audit replay``: the history on the screen, or as a file for another program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

from domain.family_plan import PlanEvent
from services.access import AccessPath
from services.audit.formats import (
    COLUMNS,
    Format,
    Unfit,
    csv_line,
    csv_values,
    json_line,
    open_sink,
)
from services.audit.replay import Chosen, HistoryEntry, entries_as_seen, pages
from services.audit.replay import on_record as each_on_record
from services.cli.common import AsJson, DataDir, Moment, load_settings, readable_errors
from services.cli.reading import Member, Party, on_record, viewer_of
from services.contracts.faults import explain
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog
from services.views.party_views import open_party_views

ROWS_AT_ONCE = 200
"""Of a table on the screen; the widths of its columns are chosen anew after them."""


def replay(
    *,
    family: Annotated[str | None, typer.Option(help="Only this family.")] = None,
    agency: Annotated[str | None, typer.Option(help="Only what this agency said.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=Moment, metavar="T", help="Only what was known from then on."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=Moment, metavar="T", help="Only what was known by then (RFC 3339)."),
    ] = None,
    after: Annotated[int, typer.Option(min=0, help="Only what comes after this position.")] = 0,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="How to write it down; a table on the screen by default."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="A file, or a folder for Parquet. What is there is gone on with."),
    ] = None,
    party: Party = None,
    member: Member = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show every event in the order in which it was recorded. --json is --format jsonl.

    Without --party and --member it is the auditor's: the whole history, with all it says. With
    one of them it is what they may see of a family, which has to be named.

    With --output a run that was broken off is gone on with: give the same command again.

    Example: oneplan audit replay --family GEZIN-A-2025 --until 2025-06-01T00:00:00Z

    Example: oneplan audit replay --format parquet --output history
    """
    settings = load_settings(data_dir)
    chosen = _chosen(family, agency, since, until, after)
    form = form or (Format.JSONL if as_json else Format.TABLE)
    if output is None and form is Format.PARQUET:
        raise typer.BadParameter("Parquet goes into a folder: give --output", param_hint="--output")
    with readable_errors(), _history(settings, chosen, party, member) as history:
        if output is None:
            _print(history.entries(chosen), form)
            return
        bar = _progress(history.last_position)
        with _readable(), bar as progress, open_sink(form, output) as sink:
            chosen = chosen.model_copy(update={"after": max(chosen.after, sink.resumed_after)})
            for entry in history.entries(chosen, progress):
                sink.write(entry)


@dataclass(frozen=True)
class _History:
    """A history to be shown, and the last position in it."""

    last_position: int
    entries: Callable[..., Iterator[HistoryEntry]]


@contextmanager
def _history(
    settings: Settings, chosen: Chosen, party: str | None, member: str | None
) -> Iterator[_History]:
    if party is None and member is None:
        with (
            open_application(settings) as application,
            on_record(settings, "history") as record,
        ):
            log = EventLog(application)
            yield _History(log.last_position(), partial(_whole, log, record))
        return
    if chosen.family_id is None:
        raise typer.BadParameter("name the family too: --party and --member see one at a time")
    viewer = viewer_of(settings, chosen.family_id, party, member)
    if viewer is None:
        raise typer.BadParameter("name a party or a member")
    with open_party_views(settings, AccessPath.CLI, "cli") as views:
        events = views.history(viewer, chosen.family_id)
        yield _History(len(events), partial(_seen, events))


def _whole(
    log: EventLog,
    record: Callable[[Sequence[str]], None],
    chosen: Chosen,
    passed: Callable[[int], None] = lambda _position: None,
) -> Iterator[HistoryEntry]:
    return chain.from_iterable(each_on_record(pages(log, chosen, passed), record))


def _seen(
    events: Sequence[PlanEvent],
    chosen: Chosen,
    passed: Callable[[int], None] = lambda _position: None,
) -> Iterator[HistoryEntry]:
    for entry in entries_as_seen(events, chosen):
        yield entry
        passed(entry.position)


def _chosen(
    family: str | None,
    agency: str | None,
    since: datetime | None,
    until: datetime | None,
    after: int,
) -> Chosen:
    try:
        return Chosen(family_id=family, agency=agency, since=since, until=until, after=after)
    except ValidationError as error:
        field, reason = explain(error)
        raise typer.BadParameter(f"{field}: {reason}") from error


def _print(entries: Iterable[HistoryEntry], form: Format) -> None:
    out = sys.stdout.buffer
    if form is Format.TABLE:
        _print_tables(iter(entries))
        return
    if form is Format.CSV:
        out.write(csv_line(COLUMNS))
    for entry in entries:
        out.write(json_line(entry) if form is Format.JSONL else csv_line(csv_values(entry)))
    out.flush()


def _print_tables(entries: Iterator[HistoryEntry]) -> None:
    console = Console()
    while rows := list(islice(entries, ROWS_AT_ONCE)):
        table = Table("Position", "Recorded", "Happened", "Family", "Event", "By")
        for entry in rows:
            who = entry.facts.get("provenance", {}).get("actor") or entry.agency or ""
            table.add_row(
                str(entry.position),
                f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
                f"{entry.occurred_at:%Y-%m-%d %H:%M}",
                escape(entry.family_id or ""),
                entry.type,
                escape(who),
            )
        console.print(table)


@contextmanager
def _progress(total: int) -> Iterator[_Passed]:
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        yield _Passed(bar, total)


class _Passed:
    """Moves a bar on, for each position that was read."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total)

    def __call__(self, position: int) -> None:
        self._bar.update(self._task, completed=position)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except Unfit as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
