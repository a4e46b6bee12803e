"""The root of the ``oneplan`` command."""

from __future__ import annotations

import typer

from services.cli import audit, credentials, deadletters, plan, projections, schema
from services.cli.doctor import doctor
from services.cli.publish import publish
from services.cli.up import up

app = typer.Typer(
    name="oneplan",
    help="One family, one plan, one lead caseworker.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command()(up)
app.command()(publish)
app.add_typer(plan.app, name="plan")
app.add_typer(audit.app, name="audit")
app.add_typer(deadletters.app, name="deadletters")
app.add_typer(projections.app, name="projections")
app.add_typer(schema.app, name="schema")
app.add_typer(credentials.app, name="credentials")
app.command()(doctor)


def run() -> None:
    """Entry point of the ``oneplan`` script."""
    app()
