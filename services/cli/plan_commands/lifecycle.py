"""Commands that end the plan and take it up again."""

from __future__ import annotations

from services.cli.lead_command import Order, lead_command
from services.cli.plan_commands.base import Text, app


@lead_command(app)
def close(reason: Text) -> Order:
    """Close the plan: the work with the family has ended.

    Example: oneplan plan close GEZIN-A-2025 "De doelen zijn bereikt."
    """
    return Order(lambda plan, context: plan.close(reason, context))


@lead_command(app)
def reopen(reason: Text) -> Order:
    """Reopen a closed plan.

    Example: oneplan plan reopen GEZIN-A-2025 "Nieuwe melding van school."
    """
    return Order(lambda plan, context: plan.reopen(reason, context))
