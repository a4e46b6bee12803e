"""Commands about case conferences."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from domain.values import AgendaItem, Call, Decision, Owner, OwnerKind
from services.cli.common import Moment
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import Item, NewId, Text, app, day, new_id
from services.lead.orders import Order, refusals


@lead_command(app)
def conference(
    begins_at: Annotated[
        datetime, typer.Argument(parser=Moment, metavar="T", help="When it begins (RFC 3339).")
    ],
    agency: Annotated[
        list[str], typer.Option(help="An agency that is asked; may be given more than once.")
    ],
    member: Annotated[
        list[str] | None, typer.Option(help="A member's id; may be given more than once.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where it is held.")] = None,
    conference_id: NewId = None,
) -> Order:
    """Call a case conference; the agenda is drawn from what is open in the plan.

    Example: oneplan plan conference GEZIN-A-2025 2026-03-12T13:00:00+01:00 --agency police
    """
    new = new_id("conference", conference_id)
    return Order(
        lambda plan, context: plan.call_conference(
            Call(
                conference_id=new,
                begins_at=begins_at,
                place=place,
                agencies=tuple(agency),
                members=tuple(member or ()),
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def decide(  # noqa: PLR0917 - a decision has as many facts as it has
    conference_id: Item,
    text: Text,
    on: Annotated[
        str | None,
        typer.Option(metavar="KIND:ID", help="The item of the agenda, for example question:q-1."),
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Who does it, by name.")] = None,
    owner_kind: Annotated[
        OwnerKind | None, typer.Option(help="On whose side the owner stands.")
    ] = None,
    owner_member: Annotated[str | None, typer.Option(help="The owner's id as a member.")] = None,
    owner_agency: Annotated[
        str | None, typer.Option(help="The agency a professional works for.")
    ] = None,
    due: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="By when.")] = None,
    decision_id: NewId = None,
) -> Order:
    """Put on record what a conference decided; with an owner and a day it becomes an action.

    Example: oneplan plan decide GEZIN-A-2025 overleg-1 "School belt moeder." --on question:q-1
    """
    new = new_id("decision", decision_id)
    with refusals():
        decision = Decision(
            decision_id=new,
            conference_id=conference_id,
            on=None if on is None else read_agenda_item(on),
            text=text,
            owner=read_owner(owner, owner_kind, owner_member, owner_agency),
            due=day(due),
        )
    return Order(lambda plan, context: plan.decide(decision, context), new)


@lead_command(app)
def close_conference(
    conference_id: Item,
    summary: Annotated[str, typer.Argument(help="What came of it, in your own words.")],
    present: Annotated[
        list[str], typer.Option(help="Somebody who was there; may be given more than once.")
    ],
) -> Order:
    """End a case conference; its one page result goes to all parties.

    Example: oneplan plan close-conference GEZIN-A-2025 overleg-1 "Eens." --present "Els, school"
    """
    return Order(
        lambda plan, context: plan.close_conference(conference_id, tuple(present), summary, context)
    )


def read_agenda_item(text: str) -> AgendaItem:
    """An item written as ``kind:id``. Raises typer.BadParameter for what is not of that form."""
    kind, _, item_id = text.partition(":")
    if not item_id or kind not in {"question", "signal", "action"}:
        raise typer.BadParameter(f"{text}: write it as question:id, signal:id or action:id")
    return AgendaItem(kind=kind, item_id=item_id)


def read_owner(
    name: str | None, kind: OwnerKind | None, member_id: str | None, agency: str | None
) -> Owner | None:
    """The owner, a professional when an agency is given; None when nothing is.

    Raises:
        typer.BadParameter: when something is said of the owner but no name.
        pydantic.ValidationError: for what is no owner.
    """
    if name is None:
        if kind is not None or member_id is not None or agency is not None:
            raise typer.BadParameter("say with --owner who it is, by name")
        return None
    if agency is not None and kind is None:
        kind = OwnerKind.PROFESSIONAL
    return Owner(name=name, kind=kind, member_id=member_id, agency=agency)
