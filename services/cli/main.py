"""The root of the ``oneplan`` command."""

from __future__ import annotations

import typer

from services.cli import schema

app = typer.Typer(
    name="oneplan",
    help="One family, one plan, one lead caseworker.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.add_typer(schema.app, name="schema")


def run() -> None:
    """Entry point of the ``oneplan`` script."""
    app()
