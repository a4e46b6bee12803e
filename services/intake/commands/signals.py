"""Commands about signals."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from services.contracts.data import signals as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.SignalAcceptedData, plan: FamilyPlan, context: Context) -> None:
    plan.accept_signal(data.signal_id, data.next_step, context)


@command.register
def _(data: contract.SignalSetAsideData, plan: FamilyPlan, context: Context) -> None:
    plan.set_signal_aside(data.signal_id, data.reason, context)
