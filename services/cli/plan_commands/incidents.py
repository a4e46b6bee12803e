"""Commands about incidents and remarks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from domain.values import (
    Certainty,
    Clarification,
    Gravity,
    Incident,
    IncidentKind,
    InformationSource,
    Note,
)
from services.cli.common import Moment
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import About, Item, NewId, Text, app, new_id
from services.lead.orders import Order

Source = Annotated[InformationSource | None, typer.Option(help="From whom or what it is known.")]
Sure = Annotated[Certainty | None, typer.Option(help="How sure it is.")]
Grave = Annotated[Gravity | None, typer.Option(help="How grave it is.")]


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
    source: Source = None,
    certainty: Sure = None,
    gravity: Grave = None,
    incident_id: NewId = None,
) -> Order:
    """Put an incident on the record. What is unknown becomes an open question by itself.

    Example: oneplan plan incident GEZIN-A-2025 stalking "Stond bij de school."
    --began-at 2025-03-03T08:20:00+01:00 --by rick --source witness --certainty told
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
                source=source,
                certainty=certainty,
                gravity=gravity,
                text=text,
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def clarify(  # noqa: PLR0917 - an incident has as many facts as it has
    incident_id: Item,
    text: Text,
    by: Annotated[list[str] | None, typer.Option(help="Member ids.")] = None,
    against: Annotated[list[str] | None, typer.Option(help="Member ids.")] = None,
    kind: Annotated[IncidentKind | None, typer.Option(help="What kind.")] = None,
    source: Source = None,
    certainty: Sure = None,
    gravity: Grave = None,
) -> Order:
    """Say what has become clear about an incident; its open questions are answered by it.

    Example: oneplan plan clarify GEZIN-A-2025 voorval-1 "Ria zag hem weglopen." --by rick
    """
    return Order(
        lambda plan, context: plan.clarify_incident(
            incident_id,
            Clarification(
                by=tuple(by) if by else None,
                against=tuple(against) if against else None,
                kind=kind,
                source=source,
                certainty=certainty,
                gravity=gravity,
            ),
            text,
            context,
        )
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
