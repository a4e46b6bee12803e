"""The root of the ``oneplan`` command."""

from __future__ import annotations

from typing import ClassVar

import typer

from services.cli.lazy import Entry, LazyGroup


class Commands(LazyGroup):
    """The commands of ``oneplan``."""

    entries: ClassVar[dict[str, Entry]] = {
        "up": Entry("services.cli.up:up", "Start everything on this machine until Ctrl-C."),
        "publish": Entry("services.cli.publish:publish", "Publish a file of events as an agency."),
        "plan": Entry("services.cli.plan:app", "The plan of a family, and the lead's commands."),
        "view": Entry("services.cli.view:app", "The views of a family, and of an agency's work."),
        "audit": Entry("services.cli.audit:app", "The whole history, for the auditor."),
        "export": Entry("services.cli.export:app", "A family for other systems, and on paper."),
        "access": Entry("services.cli.access:app", "Who looked at a family."),
        "backup": Entry("services.cli.backup:app", "Backups while the service runs, and back."),
        "matches": Entry("services.cli.matches:app", "Whom an agency means, where it is in doubt."),
        "deadletters": Entry("services.cli.deadletters:app", "Events that could not be taken."),
        "projections": Entry("services.cli.projections:app", "The views and how far they are."),
        "schema": Entry("services.cli.schema:app", "JSON Schemas of events and receipts."),
        "agency": Entry("services.cli.agency:app", "Agencies: let in, new keys, keep out."),
        "credentials": Entry("services.cli.credentials:app", "Seeds and tokens of the agencies."),
        "people": Entry("services.cli.people:app", "Who is signed in, and ending that."),
        "erasure": Entry("services.cli.erasure:app", "Personal data that goes, and the proof."),
        "keys": Entry("services.cli.keys:app", "The keys of persons, and the master key."),
        "health": Entry("services.cli.health:health", "Whether a service lives and is ready."),
        "doctor": Entry("services.cli.doctor:doctor", "Say what is wrong and how to mend it."),
    }


app = typer.Typer(
    name="oneplan",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def oneplan() -> None:
    """One family, one plan, one lead caseworker."""


def run() -> None:
    """Entry point of the ``oneplan`` script."""
    app()
