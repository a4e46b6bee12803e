"""Commands about reports, what follows them, and the reporting code."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import MeldcodeStepTaken, Report
from services.contracts.data import reports as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.ReportReceivedData, plan: FamilyPlan, context: Context) -> None:
    plan.receive_report(Report(**dict(data)), context)


@command.register
def _(data: contract.ReportReceivedV2Data, plan: FamilyPlan, context: Context) -> None:
    plan.receive_report(Report(**dict(data)), context)


@command.register
def _(data: contract.ReportTriagedData, plan: FamilyPlan, context: Context) -> None:
    plan.triage_report(data.report_id, data.outcome, data.text, context)


@command.register
def _(data: contract.InvestigationCompletedData, plan: FamilyPlan, context: Context) -> None:
    plan.complete_investigation(data.report_id, data.conclusion, data.text, context)


@command.register
def _(data: contract.FeedbackGivenData, plan: FamilyPlan, context: Context) -> None:
    plan.give_feedback(data.report_id, data.stage, data.text, context)


@command.register
def _(data: contract.MeldcodeStepTakenData, plan: FamilyPlan, context: Context) -> None:
    plan.take_meldcode_step(MeldcodeStepTaken(**dict(data)), context)
