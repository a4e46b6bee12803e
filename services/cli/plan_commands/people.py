"""Commands about members, lead and agencies."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.values import FamilyMember, FamilyRole, HandoverOffer, LeadCaseworker, Party
from services.cli.lead_command import As, lead_command, read_actor
from services.cli.plan_commands.base import Item, Text, app, day
from services.lead.orders import Order


@lead_command(app)
def assign_lead(
    name: Annotated[str, typer.Argument(help="The lead's name, as the family knows it.")],
    acting: As,
) -> Order:
    """Take the lead of a plan that has none, as yourself.

    Example: oneplan plan assign-lead GEZIN-A-2025 "Marije de Vries" --as mvries@municipality
    """
    return Order(
        lambda plan, context: plan.assign_lead(
            LeadCaseworker(person_id=acting.person_id, name=name, agency=acting.agency), context
        )
    )


@lead_command(app)
def handover(
    successor: Annotated[str, typer.Argument(help="PERSON@AGENCY of the next lead.")],
    name: Annotated[str, typer.Argument(help="The next lead's name.")],
    reason: Text,
    acting: As,
) -> Order:
    """Hand the lead over; there is no moment without one.

    Example: oneplan plan handover GEZIN-A-2025 kbakker@municipality "Karim Bakker" "Verlof."
    """
    to = read_actor(successor)
    return Order(
        lambda plan, context: plan.hand_over(
            acting.person_id,
            LeadCaseworker(person_id=to.person_id, name=name, agency=to.agency),
            reason,
            context,
        )
    )


@lead_command(app)
def offer_handover(
    successor: Annotated[str, typer.Argument(help="PERSON@AGENCY of the next lead.")],
    name: Annotated[str, typer.Argument(help="The next lead's name.")],
    reason: Text,
    words: Annotated[
        str | None, typer.Option(help="What you have to say to the next lead alone.")
    ] = None,
) -> Order:
    """Ask somebody to take the lead over. You lead on until they accept.

    Example: oneplan plan offer-handover GEZIN-A-2025 kbakker@municipality "Karim Bakker" "Verlof."
    """
    to = read_actor(successor)
    offer = HandoverOffer(
        incoming=LeadCaseworker(person_id=to.person_id, name=name, agency=to.agency),
        reason=reason,
        words=words,
    )
    return Order(lambda plan, context: plan.offer_handover(offer, context))


@lead_command(app)
def withdraw_handover(reason: Text) -> Order:
    """Take back an offer of the lead that was not answered yet.

    Example: oneplan plan withdraw-handover GEZIN-A-2025 "Het verlof gaat niet door."
    """
    return Order(lambda plan, context: plan.withdraw_handover(reason, context))


@lead_command(app)
def accept_handover() -> Order:
    """Take over the lead that was offered to you.

    Example: oneplan plan accept-handover GEZIN-A-2025 --as kbakker@municipality
    """
    return Order(lambda plan, context: plan.accept_handover(context))


@lead_command(app)
def decline_handover(reason: Text) -> Order:
    """Say no to the lead that was offered to you.

    Example: oneplan plan decline-handover GEZIN-A-2025 "Ik heb er geen ruimte voor."
    --as kbakker@municipality
    """
    return Order(lambda plan, context: plan.decline_handover(reason, context))


@lead_command(app)
def release_lead(reason: Text, acting: As) -> Order:
    """Step back as lead without a successor.

    Example: oneplan plan release-lead GEZIN-A-2025 "Langdurig ziek."
    """
    return Order(lambda plan, context: plan.release_lead(acting.person_id, reason, context))


@lead_command(app)
def add_member(
    member_id: Item,
    name: Annotated[str, typer.Argument(help="Name.")],
    role: Annotated[FamilyRole, typer.Argument(help="Place in the family or its network.")],
    birth_date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Date of birth.")
    ] = None,
) -> Order:
    """Add somebody of the family or its network.

    Example: oneplan plan add-member GEZIN-A-2025 oma "Corrie Jansen" grandparent
    """
    return Order(
        lambda plan, context: plan.add_member(
            FamilyMember(member_id=member_id, name=name, role=role, birth_date=day(birth_date)),
            context,
        )
    )


@lead_command(app)
def remove_member(member_id: Item, reason: Text) -> Order:
    """Take somebody out of the plan; what happened stays on the record.

    Example: oneplan plan remove-member GEZIN-A-2025 oma "Wil niet meer meedoen."
    """
    return Order(lambda plan, context: plan.remove_member(member_id, reason, context))


@lead_command(app)
def join(agency: Annotated[str, typer.Argument(help="The agency's code.")], task: Text) -> Order:
    """Let an agency take part, for a stated task.

    Example: oneplan plan join GEZIN-A-2025 youth-care "Opvoedondersteuning."
    """
    return Order(lambda plan, context: plan.agency_joins(Party(agency=agency, task=task), context))


@lead_command(app)
def leave(agency: Annotated[str, typer.Argument(help="The agency's code.")], reason: Text) -> Order:
    """End an agency's part, and with it its sight of the plan.

    Example: oneplan plan leave GEZIN-A-2025 youth-care "Traject afgerond."
    """
    return Order(lambda plan, context: plan.agency_leaves(agency, reason, context))
