"""``oneplan up``: the whole service on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from services.bus.connect import NotConnectedError
from services.bus.credentials import CredentialsError
from services.cli.common import DataDir, load_settings, readable_errors
from services.cli.publish import play, show
from services.embedded.run_file import RunFile
from services.embedded.supervisor import Supervisor
from services.logs import configure_logs
from services.settings import Settings

EXAMPLE = "GEZIN-A-2025 --party school"
SCENARIOS = Path(__file__).parents[2] / "tests" / "scenarios"


def up(
    play_scenarios: Annotated[
        bool, typer.Option("--play-scenarios", help="Publish the three example families' events.")
    ] = False,
    scenarios: Annotated[
        Path,
        typer.Option(help="Where the example events lie, as .jsonl files.", show_default=False),
    ] = SCENARIOS,
    data_dir: DataDir = None,
) -> None:
    """Start everything on this machine and keep it running until Ctrl-C.

    Example: oneplan up --play-scenarios
    """
    settings = load_settings(data_dir)
    configure_logs(settings)
    files = sorted(scenarios.glob("*.jsonl")) if play_scenarios else []
    if play_scenarios and not files:
        raise typer.BadParameter(f"no .jsonl files in {scenarios}", param_hint="--scenarios")
    console = Console()

    async def when_ready(in_force: Settings, run: RunFile) -> None:
        if files:
            await _play(console, in_force, files)
        console.print(_where_to_look(in_force, run, EXAMPLE if files else "FAMILY --party AGENCY"))

    with readable_errors():
        asyncio.run(Supervisor(settings, on_ready=when_ready).run())


async def _play(console: Console, settings: Settings, files: list[Path]) -> None:
    try:
        show(console, await play(settings, files))
    except (OSError, CredentialsError, NotConnectedError) as error:
        # The service itself runs; it should not go down with its examples.
        console.print(f"[red]The examples could not be played:[/] {escape(str(error))}")


def _where_to_look(settings: Settings, run: RunFile, example: str) -> Panel:
    oneplan = _as_typed(Path(sys.argv[0]))
    lines = (
        f"HTTP and HTML  {run.http_url}",
        f"NATS           {run.nats_url}",
        f"Credentials    {settings.keys}",
        f"API            {run.http_url}/docs",
        f"Sign in        {run.http_url}/auth/sign-in",
        f"A plan         {oneplan} plan show {example}",
        f"All is well?   {oneplan} doctor",
        "Stop           Ctrl-C",
    )
    return Panel(escape("\n".join(lines)), title="One Plan is ready", expand=False)


def _as_typed(script: Path) -> Path:
    """The command as it can be typed in this folder."""
    here = Path.cwd()
    return script.relative_to(here) if script.is_relative_to(here) else script
