"""``oneplan plan``: see a family's plan, and the lead's commands on it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from projections.current_plan import PlanView, plan_view
from projections.sql import SqlReader
from services.cli import plan_commands
from services.cli.common import AsJson, DataDir, Moment, load_settings, readable_errors
from services.cli.plan_open import open_
from services.cli.plan_page import print_plan
from services.read_model.engine import open_read_engine, reading
from services.read_model.timetravel import plan_known_at
from services.settings import Settings
from services.store.application import open_application
from services.views.party_views import open_party_views

app = plan_commands.app
app.command("open")(open_)


@app.callback()
def _group() -> None:
    """The plan of a family."""


@app.command()
def show(
    family: Annotated[str, typer.Argument(help="The family's id.")],
    party: Annotated[
        str | None,
        typer.Option(help="As this agency sees it. Without it the operator sees all of it."),
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(parser=Moment, metavar="T", help="As it was known then (RFC 3339)."),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show the plan of a family, now or as it was known at a moment.

    Example: oneplan plan show GEZIN-A-2025 --party veilig-thuis --known-at 2025-06-01T00:00:00Z
    """
    settings = load_settings(data_dir)
    with readable_errors():
        plan = _plan(settings, family, party, known_at)
    if as_json:
        typer.echo(plan.model_dump_json(indent=2))
    else:
        print_plan(Console(), plan)


def _plan(
    settings: Settings, family: str, party: str | None, known_at: datetime | None
) -> PlanView:
    if party is not None:
        with open_party_views(settings) as views:
            return views.plan(party, family, known_at)
    plan = (
        _plan_now(settings, family) if known_at is None else _plan_then(settings, family, known_at)
    )
    if plan is None:
        when = "" if known_at is None else f" that was known at {known_at:%Y-%m-%dT%H:%M:%SZ}"
        raise LookupError(f"family {family} has no plan{when}")
    return plan


def _plan_now(settings: Settings, family: str) -> PlanView | None:
    with open_read_engine(settings) as engine, reading(engine) as connection:
        return plan_view(SqlReader(connection), family)


def _plan_then(settings: Settings, family: str, known_at: datetime) -> PlanView | None:
    with open_application(settings) as application:
        return plan_known_at(application.events_of(family), family, known_at)
