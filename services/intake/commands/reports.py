"""Commands about reports."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Report
from services.contracts.data import reports as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.ReportReceivedData, plan: FamilyPlan, context: Context) -> None:
    plan.receive_report(Report(**dict(data)), context)
