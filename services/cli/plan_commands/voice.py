"""Commands about the family's voice."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from domain.values import Consent, Conversation, Heard, LookBack, Manner, Objection, OwnWords
from services.cli.common import Moment
from services.cli.lead_command import As, lead_command
from services.cli.plan_commands.base import Item, NewId, Text, app, new_id
from services.lead.orders import Order

Member = Annotated[str, typer.Argument(help="The member's id.")]
Words = Annotated[str, typer.Argument(help="In the member's own words.")]


@lead_command(app)
def own_words(goal_id: Item, member_id: Member, words: Words) -> Order:
    """Put beside a goal what it means to a member.

    Example: oneplan plan own-words GEZIN-A-2025 doel-1 moeder "Dat ik weer durf te slapen."
    """
    return Order(
        lambda plan, context: plan.record_own_words(
            OwnWords(goal_id=goal_id, member_id=member_id, words=words), context
        )
    )


@lead_command(app)
def consent(
    member_id: Member,
    to: Annotated[str, typer.Argument(help="What the member agrees to.")],
    agency: Annotated[
        list[str] | None, typer.Option(help="For this agency; may be given more than once.")
    ] = None,
    consent_id: NewId = None,
) -> Order:
    """Put on record that a member agrees to something.

    Example: oneplan plan consent GEZIN-A-2025 moeder "School mag met halt praten." --agency school
    """
    new = new_id("consent", consent_id)
    return Order(
        lambda plan, context: plan.give_consent(
            Consent(consent_id=new, member_id=member_id, to=to, agencies=tuple(agency or ())),
            context,
        ),
        new,
    )


@lead_command(app)
def withdraw_consent(
    consent_id: Item,
    reason: Annotated[str | None, typer.Option(help="Why, if the member said so.")] = None,
) -> Order:
    """Put on record that a member no longer agrees; also when the plan is closed.

    Example: oneplan plan withdraw-consent GEZIN-A-2025 toestemming-1
    """
    return Order(lambda plan, context: plan.withdraw_consent(consent_id, reason, context))


@lead_command(app)
def objection(
    member_id: Member,
    against: Annotated[str, typer.Argument(help="What the member objects to.")],
    objection_id: NewId = None,
) -> Order:
    """Put on record that a member objects to something; also when the plan is closed.

    Example: oneplan plan objection GEZIN-A-2025 vader "Dat ik de kinderen sla klopt niet."
    """
    new = new_id("objection", objection_id)
    return Order(
        lambda plan, context: plan.make_objection(
            Objection(objection_id=new, member_id=member_id, against=against), context
        ),
        new,
    )


@lead_command(app)
def answer_objection(
    objection_id: Item,
    answer: Text,
    upheld: Annotated[
        bool, typer.Option("--upheld/--not-upheld", help="Whether the member was right.")
    ],
) -> Order:
    """Answer an objection; also when the plan is closed.

    Example: oneplan plan answer-objection GEZIN-A-2025 bezwaar-1 "We schreven het om." --upheld
    """
    return Order(lambda plan, context: plan.answer_objection(objection_id, upheld, answer, context))


@lead_command(app)
def conversation(  # noqa: PLR0917 - a conversation has as many facts as it has
    about: Annotated[str, typer.Argument(help="What it was about.")],
    acting: As,
    manner: Annotated[Manner, typer.Option(help="How it was held.")],
    heard: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEMBER[:WORDS]",
            help="Who had their say, and what they want others to know; may be repeated.",
        ),
    ] = None,
    present: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="MEMBER", help="Who was there unheard; may be repeated."),
    ] = None,
    held_at: Annotated[
        datetime | None,
        typer.Option(parser=Moment, metavar="T", help="When it was held; --at when left out."),
    ] = None,
    agency: Annotated[str | None, typer.Option(help="Who held it; your own if left out.")] = None,
    professional: Annotated[str | None, typer.Option(help="Who; you if left out.")] = None,
    conversation_id: NewId = None,
) -> Order:
    """Put on record who spoke with whom, how, about what, and who was heard.

    Example: oneplan plan conversation GEZIN-A-2025 "Hoe het thuis gaat." --manner home-visit
    --heard "kind-1:Ik wil bij oma blijven." --with moeder
    """
    if not heard and not present:
        raise typer.BadParameter("name who was there: --heard MEMBER or --with MEMBER")
    new = new_id("conversation", conversation_id)
    return Order(
        lambda plan, context: plan.hold_conversation(
            Conversation(
                conversation_id=new,
                agency=agency or acting.agency,
                professional=professional or acting.person_id,
                manner=manner,
                held_at=held_at or context.occurred_at,
                members=(
                    *map(_read_heard, heard or ()),
                    *(Heard(member_id=one, heard=False) for one in present or ()),
                ),
                about=about,
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def look_back(member_id: Member, words: Words, look_back_id: NewId = None) -> Order:
    """Put on record what a member says looking back; also when the plan is closed.

    Example: oneplan plan look-back GEZIN-A-2025 moeder "Eindelijk vroeg iemand het aan mij."
    """
    new = new_id("look-back", look_back_id)
    return Order(
        lambda plan, context: plan.look_back(
            LookBack(look_back_id=new, member_id=member_id, words=words), context
        ),
        new,
    )


def _read_heard(text: str) -> Heard:
    member_id, _, words = text.partition(":")
    return Heard(member_id=member_id, heard=True, words=words or None)
