"""Commands about open questions."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.values import OpenQuestion
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import About, Item, NewId, Text, app, day, new_id
from services.cli.plan_commands.owners import OfAgency, OfFamily, OfNetwork, owner_of
from services.lead.orders import Order

OwnerName = Annotated[str, typer.Argument(metavar="OWNER", help="Who asks on, by name.")]
Due = Annotated[str | None, typer.Option("--due", metavar="YYYY-MM-DD", help="By when.")]


@lead_command(app)
def ask(
    text: Text,
    owner: OwnerName,
    *,
    member_id: OfFamily = None,
    is_network: OfNetwork = False,
    agency: OfAgency = None,
    about: About = None,
    incident_id: Annotated[
        str | None, typer.Option("--incident", help="The incident it is about.")
    ] = None,
    due: Due = None,
    question_id: NewId = None,
) -> Order:
    """Put on the record what is still needed for a sharper picture, and who asks on.

    --family, --network or --agency says on whose side the one who asks stands.

    Example: oneplan plan ask GEZIN-A-2025 "Wie haalt Daan op?" "Juf Marieke" --agency school
    """
    new = new_id("question", question_id)
    return Order(
        lambda plan, context: plan.ask_question(
            OpenQuestion(
                question_id=new,
                text=text,
                about=tuple(about or ()),
                incident_id=incident_id,
                owner=owner_of(owner, member_id, is_network, agency),
                due=day(due),
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def assign_question(
    question_id: Item,
    owner: OwnerName,
    *,
    member_id: OfFamily = None,
    is_network: OfNetwork = False,
    agency: OfAgency = None,
    due: Due = None,
) -> Order:
    """Let another one ask on, by another day; without --due by no day.

    --family, --network or --agency says on whose side the one who asks stands.

    Example: oneplan plan assign-question GEZIN-A-2025 vraag-1 "Dirk Smeets" --agency police
    """
    return Order(
        lambda plan, context: plan.assign_question(
            question_id, owner_of(owner, member_id, is_network, agency), day(due), context
        )
    )


@lead_command(app)
def answer(question_id: Item, text: Text) -> Order:
    """Answer a question.

    Example: oneplan plan answer GEZIN-A-2025 vraag-1 "Oma haalt Daan op, elke dag."
    """
    return Order(lambda plan, context: plan.answer_question(question_id, text, context))


@lead_command(app)
def drop_question(question_id: Item, reason: Text) -> Order:
    """Leave a question without an answer, and say why.

    Example: oneplan plan drop-question GEZIN-A-2025 vraag-1 "Er zijn geen beelden."
    """
    return Order(lambda plan, context: plan.drop_question(question_id, reason, context))
