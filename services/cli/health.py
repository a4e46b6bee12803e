"""``oneplan health``: whether the services live and are ready, for people and for orchestrators."""

from __future__ import annotations

from typing import Annotated

import httpx
import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.embedded.run_file import read_run
from services.embedded.web_port import http_url
from services.monitor.vitals import Check, Readiness
from services.run import SERVICES
from services.settings import Settings

PATIENCE_SECONDS = 8.0


def health(
    name: Annotated[
        str | None, typer.Argument(help="One service; without it all that run here.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Only whether it lives, or hangs and must be restarted.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Ask services whether they are ready. Exit code 1 when one is not.

    Example: oneplan health

    Example: oneplan health intake --live
    """
    if name is not None and name not in SERVICES:
        raise typer.BadParameter(f"no service is called {name}; there are {', '.join(SERVICES)}")
    settings = load_settings(data_dir)
    with readable_errors():
        found = {one: _ask(url, live=live) for one, url in _places(settings, name).items()}
    if as_json:
        said = {one: state.model_dump() for one, state in found.items()}
        typer.echo(orjson.dumps(said).decode())
    else:
        _show(found)
    if not all(state.ready for state in found.values()):
        raise typer.Exit(1)


def _places(settings: Settings, name: str | None) -> dict[str, str]:
    """Where each service says how it is. Raises LookupError when that is not known."""
    if name is not None and settings.monitor_port:
        run = None
        own = {name: http_url(settings.monitor_host, settings.monitor_port)}
    else:
        run, own = read_run(settings), {}
    if run is not None:
        # There may be more of one: intake-2, web-2.
        own = {
            one: url
            for one, url in run.health_urls.items()
            if name is None or name in {one, one.partition("-")[0]}
        }
    if not own:
        raise LookupError(
            f"nothing says here where {name or 'the services'} can be asked; start them with "
            "oneplan up, or set ONEPLAN_MONITOR_PORT as for the service and name it"
        )
    return own


def _ask(url: str, *, live: bool) -> Readiness:
    what = "live" if live else "ready"
    try:
        answer = httpx.get(f"{url}/{what}", timeout=PATIENCE_SECONDS)
        if live:
            check = Check.model_validate_json(answer.content)
            return Readiness(ready=check.ok, checks={"live": check})
        return Readiness.model_validate_json(answer.content)
    except (httpx.HTTPError, ValidationError) as error:
        silent = Check(ok=False, detail=f"no answer at {url}: {type(error).__name__}")
        return Readiness(ready=False, checks={"answer": silent})


def _show(found: dict[str, Readiness]) -> None:
    table = Table("Service", "", "What", "Found")
    for name, state in found.items():
        for what, check in state.checks.items():
            mark = "[green]ok[/]" if check.ok else "[red]not ready[/]"
            table.add_row(name, mark, what, escape(check.detail))
    Console().print(table)
