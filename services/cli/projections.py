"""``oneplan projections``: where the views stand, and building them anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from projections.registry import ALL
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.read_model.engine import open_read_engine
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

app = typer.Typer(help="The views and how far they are.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The views and how far they are."""


@app.command()
def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show up to which event each view holds, and how far those are who follow the views.

    Example: oneplan projections status
    """
    settings = load_settings(data_dir)
    with readable_errors(), _projector(settings) as (projector, log):
        followers, positions = projector.followers(), projector.positions()
        last = log.last_position()
    if as_json:
        found = {"last_position": last, "positions": positions, "followers": followers}
        typer.echo(orjson.dumps(found).decode())
        return
    table = Table("View", "Position", "Behind")
    for name, position in [*positions.items(), *followers.items()]:
        table.add_row(name, str(position), str(last - position))
    Console().print(table)


@app.command()
def rebuild(
    name: Annotated[str | None, typer.Argument(help="One view; without it all of them.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Build views anew from all events, while they stay in use.

    Example: oneplan projections rebuild family_timeline
    """
    known = [projection.name for projection in ALL]
    if name is not None and name not in known:
        raise typer.BadParameter(f"no view is called {name}; there are {', '.join(known)}")
    settings = load_settings(data_dir)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with readable_errors(), _projector(settings) as (projector, _log), bar:
        task = bar.add_task(name or "all views", total=None)
        projector.rebuild(name, lambda done, total: bar.update(task, completed=done, total=total))
    typer.echo(f"rebuilt {name or 'all views'}")


@contextmanager
def _projector(settings: Settings) -> Iterator[tuple[Projector, EventLog]]:
    with open_read_engine(settings) as engine, open_application(settings) as application:
        log = EventLog(application)
        yield Projector(engine, log), log
