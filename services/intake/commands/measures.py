"""Commands about measures."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Measure, Outcome
from services.contracts.data import measures as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.MeasureStartedData, plan: FamilyPlan, context: Context) -> None:
    plan.start_measure(Measure(**dict(data)), context)


@command.register
def _(data: contract.MeasureEndedData, plan: FamilyPlan, context: Context) -> None:
    plan.end_measure(data.measure_id, data.ended_on, data.how, data.text, context)


@command.register
def _(data: contract.OutcomeRecordedData, plan: FamilyPlan, context: Context) -> None:
    plan.record_outcome(Outcome(**dict(data)), context)
