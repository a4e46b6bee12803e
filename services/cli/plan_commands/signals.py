"""Commands about signals."""

from __future__ import annotations

from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import Item, Text, app
from services.lead.orders import Order


@lead_command(app)
def accept_signal(signal_id: Item, next_step: Text) -> Order:
    """Take a signal up and say what follows. `oneplan view signals` lists them.

    Example: oneplan plan accept-signal GEZIN-A-2025 s-0a1b2c3d4e5f6071 "Bespreken met oma."
    """
    return Order(lambda plan, context: plan.accept_signal(signal_id, next_step, context))


@lead_command(app)
def set_aside(signal_id: Item, reason: Text) -> Order:
    """Set a signal aside, for a reason.

    Example: oneplan plan set-aside GEZIN-A-2025 s-0a1b2c3d4e5f6071 "Zelfde voorval, twee keer."
    """
    return Order(lambda plan, context: plan.set_signal_aside(signal_id, reason, context))
