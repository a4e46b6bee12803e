"""Commands on the plan itself."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from services.contracts.data import plan as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.PlanClosedData, plan: FamilyPlan, context: Context) -> None:
    plan.close(data.reason, context)


@command.register
def _(data: contract.PlanReopenedData, plan: FamilyPlan, context: Context) -> None:
    plan.reopen(data.reason, context)
