"""Commands about emergency access."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from services.contracts.data import emergency as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.EmergencyAccessTakenData, plan: FamilyPlan, context: Context) -> None:
    plan.take_emergency_access(data.access_id, data.person_id, data.reason, context)


@command.register
def _(data: contract.EmergencyAccessReviewedData, plan: FamilyPlan, context: Context) -> None:
    plan.review_emergency_access(data.access_id, data.justified, data.text, context)
