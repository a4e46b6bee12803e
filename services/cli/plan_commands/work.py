"""Commands about concerns, goals and actions."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.values import Action, Concern, Goal, GoalResult
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import About, Domain, Item, NewId, Text, app, day, new_id
from services.cli.plan_commands.owners import OfAgency, OfFamily, OfNetwork, owner_of
from services.lead.orders import Order


@lead_command(app)
def concern(
    text: Text, life_domain: Domain, about: About = None, concern_id: NewId = None
) -> Order:
    """Put a concern on the record.

    Example: oneplan plan concern GEZIN-A-2025 "Slaapt slecht." --life-domain development
    """
    new = new_id("concern", concern_id)
    return Order(
        lambda plan, context: plan.raise_concern(
            Concern(concern_id=new, life_domain=life_domain, about=tuple(about or ()), text=text),
            context,
        ),
        new,
    )


@lead_command(app)
def resolve_concern(concern_id: Item, how: Text) -> Order:
    """Say how a concern came to an end.

    Example: oneplan plan resolve-concern GEZIN-A-2025 zorg-1 "Slaapt weer door."
    """
    return Order(lambda plan, context: plan.resolve_concern(concern_id, how, context))


@lead_command(app)
def goal(
    text: Text,
    life_domain: Domain,
    measured_by: Annotated[
        str | None, typer.Option(help="How everybody can see that it is reached.")
    ] = None,
    target_date: Annotated[
        str | None, typer.Option("--by", metavar="YYYY-MM-DD", help="By when.")
    ] = None,
    goal_id: NewId = None,
) -> Order:
    """Set a goal of the family, with how and by when it will show.

    Example: oneplan plan goal GEZIN-A-2025 "Thuis is het veilig." --life-domain safety
    --measured-by "Drie maanden geen politie aan de deur." --by 2026-12-01
    """
    new = new_id("goal", goal_id)
    return Order(
        lambda plan, context: plan.set_goal(
            Goal(
                goal_id=new,
                life_domain=life_domain,
                text=text,
                measured_by=measured_by,
                target_date=day(target_date),
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def end_goal(
    goal_id: Item, result: Annotated[GoalResult, typer.Argument(help="How it ended.")], text: Text
) -> Order:
    """Say how a goal ended.

    Example: oneplan plan end-goal GEZIN-A-2025 doel-1 reached "Vier maanden rust."
    """
    return Order(lambda plan, context: plan.end_goal(goal_id, result, text, context))


@lead_command(app)
def action(
    owner: Annotated[str, typer.Argument(help="Who does it, by name.")],
    text: Text,
    *,
    member_id: OfFamily = None,
    is_network: OfNetwork = False,
    agency: OfAgency = None,
    goal_id: Annotated[str | None, typer.Option("--goal", help="The goal it serves.")] = None,
    due: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="By when.")] = None,
    action_id: NewId = None,
) -> Order:
    """Agree an action; --family, --network or --agency says on whose side its owner stands.

    Example: oneplan plan action GEZIN-A-2025 Anna "Belt oma." --family moeder --due 2026-12-01
    """
    new = new_id("action", action_id)
    return Order(
        lambda plan, context: plan.agree_action(
            Action(
                action_id=new,
                goal_id=goal_id,
                owner=owner_of(owner, member_id, is_network, agency),
                text=text,
                due=day(due),
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def complete_action(action_id: Item, result: Text) -> Order:
    """Say that an action is done, and what came of it.

    Example: oneplan plan complete-action GEZIN-A-2025 actie-1 "Heeft twee keer gebeld."
    """
    return Order(lambda plan, context: plan.complete_action(action_id, result, context))


@lead_command(app)
def cancel_action(action_id: Item, reason: Text) -> Order:
    """Say that an action will not be done, and why.

    Example: oneplan plan cancel-action GEZIN-A-2025 actie-1 "Vader is verhuisd."
    """
    return Order(lambda plan, context: plan.cancel_action(action_id, reason, context))
