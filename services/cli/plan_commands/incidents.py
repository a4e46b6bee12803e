"""Commands about incidents and remarks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from domain.values import Incident, IncidentKind, Note
from services.cli.common import Moment
from services.cli.lead_command import Order, lead_command
from services.cli.plan_commands.base import About, NewId, Text, app, new_id


@lead_command(app)
def incident(  # noqa: PLR0917 - an incident has as many facts as it has
    kind: Annotated[IncidentKind, typer.Argument(help="What kind; unknown is an answer.")],
    text: Text,
    began_at: Annotated[
        datetime, typer.Option(parser=Moment, metavar="T", help="When it began (RFC 3339).")
    ],
    by: Annotated[list[str] | None, typer.Option(help="Member ids; unknown if left out.")] = None,
    against: Annotated[
        list[str] | None, typer.Option(help="Member ids; unknown if left out.")
    ] = None,
    incident_id: NewId = None,
) -> Order:
    """Put an incident on the record.

    Example: oneplan plan incident GEZIN-A-2025 stalking "Stond bij de school." --by rick
    """
    new = new_id("incident", incident_id)
    return Order(
        lambda plan, context: plan.record_incident(
            Incident(
                incident_id=new,
                kind=kind,
                by=tuple(by or ("unknown",)),
                against=tuple(against or ("unknown",)),
                began_at=began_at,
                text=text,
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def note(text: Text, about: About = None, note_id: NewId = None) -> Order:
    """Put a remark on the record.

    Example: oneplan plan note GEZIN-A-2025 "Het contact verloopt stug." --about moeder
    """
    new = new_id("note", note_id)
    return Order(
        lambda plan, context: plan.add_note(
            Note(note_id=new, about=tuple(about or ()), text=text), context
        ),
        new,
    )
