"""Commands about emergency access."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.context import Context
from domain.values import Role
from services.cli.lead_command import As, lead_command
from services.cli.plan_commands.base import Item, NewId, Text, app, new_id
from services.lead.orders import Order


@lead_command(app)
def emergency(
    reason: Annotated[str, typer.Argument(help="Why it cannot wait, in 20 characters or more.")],
    acting: As,
    access_id: NewId = None,
) -> Order:
    """Take access to a family in an emergency, for four hours. Its lead is told.

    Example: oneplan plan emergency GEZIN-A-2025 "112-melding: vader staat nu met een mes voor de
    deur." --as jvisser@police
    """
    new = new_id("emergency", access_id)
    return Order(
        lambda plan, context: plan.take_emergency_access(
            new, acting.person_id, reason, _as_professional(context)
        ),
        new,
    )


@lead_command(app)
def review_emergency(
    access_id: Item,
    text: Text,
    justified: Annotated[
        bool, typer.Option("--justified/--not-justified", help="Whether it was; if not, it ends.")
    ],
) -> Order:
    """Say of an emergency access whether it was justified. `oneplan view emergency-access` lists
    them.

    Example: oneplan plan review-emergency GEZIN-A-2025 nood-1 "Terecht, zie de 112-melding."
    --justified
    """
    return Order(
        lambda plan, context: plan.review_emergency_access(access_id, justified, text, context)
    )


def _as_professional(context: Context) -> Context:
    """The same circumstances, for somebody who acts for their agency and not as a lead."""
    who = context.provenance.model_copy(update={"role": Role.AGENCY})
    return context.model_copy(update={"provenance": who})
