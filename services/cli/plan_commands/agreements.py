"""Commands about strengths and safety agreements."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.calendar import dutch_day
from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import AgreementEnd, SafetyAgreement, Strength
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import About, Domain, Item, NewId, Text, app, day, new_id
from services.cli.plan_commands.owners import OfAgency, OfFamily, OfNetwork, owner_of
from services.lead.orders import Order


@lead_command(app)
def strength(
    text: Text, life_domain: Domain, about: About = None, strength_id: NewId = None
) -> Order:
    """Put on the record what goes well.

    Example: oneplan plan strength GEZIN-A-2025 "Zingt in een koor." --life-domain social-network
    """
    new = new_id("strength", strength_id)
    return Order(
        lambda plan, context: plan.note_strength(
            Strength(strength_id=new, life_domain=life_domain, about=tuple(about or ()), text=text),
            context,
        ),
        new,
    )


@lead_command(app)
def agreement(
    text: Text,
    *,
    with_members: Annotated[
        list[str],
        typer.Option("--with", metavar="MEMBER", help="Whom it is with; may be given repeatedly."),
    ],
    watched_by: Annotated[str, typer.Option("--watched-by", help="Who sees to it, by name.")],
    member_id: OfFamily = None,
    is_network: OfNetwork = False,
    agency: OfAgency = None,
    begins_on: Annotated[
        str | None,
        typer.Option("--begins", metavar="YYYY-MM-DD", help="From when; at once when left out."),
    ] = None,
    review_on: Annotated[
        str | None,
        typer.Option("--review", metavar="YYYY-MM-DD", help="When it is looked at again."),
    ] = None,
    agreement_id: NewId = None,
) -> Order:
    """Make a safety agreement; --family, --network or --agency says who sees to it.

    Example: oneplan plan agreement GEZIN-A-2025 "Bij ruzie naar oma." --with moeder
    --watched-by Oma --family oma --review 2026-12-01
    """
    new = new_id("agreement", agreement_id)

    def make(plan: FamilyPlan, context: Context) -> None:
        agreed = SafetyAgreement(
            agreement_id=new,
            text=text,
            with_members=tuple(with_members),
            watched_by=owner_of(watched_by, member_id, is_network, agency),
            begins_on=day(begins_on) or dutch_day(context.occurred_at),
            review_on=day(review_on),
        )
        plan.make_agreement(agreed, context)

    return Order(make, new)


@lead_command(app)
def end_agreement(
    agreement_id: Item,
    how: Annotated[AgreementEnd, typer.Argument(help="How it ended.")],
    text: Text,
) -> Order:
    """Say how a safety agreement ended, or that it did not hold.

    Example: oneplan plan end-agreement GEZIN-A-2025 afspraak-1 no-longer-needed "Het is rustig."
    """
    return Order(lambda plan, context: plan.end_agreement(agreement_id, how, text, context))
