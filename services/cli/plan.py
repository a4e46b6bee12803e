"""``oneplan plan``: see a family's plan, and the lead's commands on it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from projections.current_plan import PLAN
from services.cli import plan_commands
from services.cli.common import AsJson, DataDir, load_settings, readable_errors
from services.cli.plan_open import open_
from services.cli.plan_page import print_plan
from services.cli.reading import (
    HappenedUntil,
    KnownAt,
    Member,
    Party,
    read_family,
    viewer_of,
)
from services.views.past import AsOf

app = plan_commands.app
app.command("open")(open_)


@app.callback()
def _group() -> None:
    """The plan of a family."""


@app.command()
def show(  # noqa: PLR0917 - the command's arguments
    family: Annotated[str, typer.Argument(help="The family's id.")],
    party: Party = None,
    member: Member = None,
    known_at: KnownAt = None,
    happened_until: HappenedUntil = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show the plan of a family, now, as it was known at a moment, or as it was at a moment.

    Example: oneplan plan show GEZIN-A-2025 --party veilig-thuis --known-at 2025-06-01T00:00:00Z
    """
    settings = load_settings(data_dir)
    with readable_errors():
        viewer = viewer_of(settings, family, party, member)
        plan = read_family(settings, PLAN, family, viewer, AsOf(known_at, happened_until))
    if as_json:
        typer.echo(plan.model_dump_json(indent=2))
    else:
        print_plan(Console(), plan)
