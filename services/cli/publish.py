"""``oneplan publish``: send a file of events as an agency does, and show what became of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.bus.publish import publish_file
from services.bus.publish_report import PublishReport, Result
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.settings import Settings

COLOURS = {
    Result.ACCEPTED: "green",
    Result.DUPLICATE: "cyan",
    Result.HELD: "yellow",
    Result.REJECTED: "red",
    Result.UNANSWERED: "red",
    Result.REFUSED: "red",
}
USUAL = (Result.ACCEPTED, Result.DUPLICATE, Result.HELD, Result.REJECTED)
SHOWN_LINES = 20
SETTLE_SECONDS = 7.0
"""So long what is played waits for a signal that the watch raises, and intake to look again."""


def publish(
    file: Annotated[
        Path,
        typer.Argument(help="CloudEvents, one JSON object a line.", exists=True, dir_okay=False),
    ],
    agency: Annotated[
        str | None,
        typer.Option(help="Publish all as this agency; without it each as its own source."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(help="Seconds without a new receipt to wait at most.", min=0.1)
    ] = 30,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Publish a file of events as an agency, and wait for the receipts.

    Exit code 1 when an event was rejected, not answered or not published.

    Example: oneplan publish events.jsonl --agency police
    """
    settings = load_settings(data_dir)
    with readable_errors():
        report = asyncio.run(publish_file(settings, file, agency, patience=timeout))
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        show(Console(), {file.name: report})
    if not report.is_clean:
        raise typer.Exit(1)


async def play(settings: Settings, paths: list[Path]) -> dict[str, PublishReport]:
    """Publish several files one after the other; the report of each by its name.

    Raises what :func:`services.bus.publish.publish_file` raises.
    """
    return {path.name: await publish_file(settings, path, settle=SETTLE_SECONDS) for path in paths}


def show(console: Console, reports: dict[str, PublishReport]) -> None:
    """A table with one row a file, and the lines that need somebody's eyes."""
    # On a narrow terminal there is no room for what did not happen.
    shown = [
        result
        for result in Result
        if result in USUAL or any(report.count(result) for report in reports.values())
    ]
    table = Table("File", "Published", *(result.value.capitalize() for result in shown))
    for column in table.columns[1:]:
        column.justify = "right"
    for name, report in reports.items():
        counts = (_coloured(result, report.count(result)) for result in shown)
        table.add_row(escape(name), str(report.published), *counts)
    console.print(table)
    for name, report in reports.items():
        _show_lines(console, name, report)
    if reports and all(_is_replay(report) for report in reports.values()):
        console.print(
            "These events were known already, so nothing changed. That is as it should be."
        )


def _show_lines(console: Console, name: str, report: PublishReport) -> None:
    good = {Result.ACCEPTED, Result.DUPLICATE}
    lines = [line for line in report.lines if line.result not in good]
    for line in lines[:SHOWN_LINES]:
        where = f"{name}:{line.line} {line.event_id or 'without an id'}"
        why = ": ".join(part for part in (line.field, line.reason) if part)
        console.print(f"[{COLOURS[line.result]}]{line.result.value}[/] {escape(f'{where} {why}')}")
    if len(lines) > SHOWN_LINES:
        console.print(f"and {len(lines) - SHOWN_LINES} more; --json shows all")


def _is_replay(report: PublishReport) -> bool:
    news = report.count(Result.ACCEPTED) + report.count(Result.HELD)
    return news == 0 and report.count(Result.DUPLICATE) > 0


def _coloured(result: Result, count: int) -> str:
    return f"[{COLOURS[result]}]{count}[/]" if count else "0"
