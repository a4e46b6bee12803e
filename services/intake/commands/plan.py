"""Commands on the plan itself: closing, reopening, variant, phases and reviews."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Review
from services.contracts.data import plan as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.PlanClosedData, plan: FamilyPlan, context: Context) -> None:
    plan.close(data.reason, context)


@command.register
def _(data: contract.PlanClosedV2Data, plan: FamilyPlan, context: Context) -> None:
    plan.close(data.reason, context, why=data.why, after_care_on=data.after_care_on)


@command.register
def _(data: contract.PlanReopenedData, plan: FamilyPlan, context: Context) -> None:
    plan.reopen(data.reason, context)


@command.register
def _(data: contract.VariantChosenData, plan: FamilyPlan, context: Context) -> None:
    plan.choose_variant(data.variant, data.reason, context)


@command.register
def _(data: contract.PhaseEnteredData, plan: FamilyPlan, context: Context) -> None:
    plan.enter_phase(data.phase, data.text, context)


@command.register
def _(data: contract.ReviewHeldData, plan: FamilyPlan, context: Context) -> None:
    plan.hold_review(Review(**dict(data)), context)
