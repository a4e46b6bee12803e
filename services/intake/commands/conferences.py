"""Commands about case conferences."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Call, Decision
from services.contracts.data import conferences as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.ConferenceCalledData, plan: FamilyPlan, context: Context) -> None:
    plan.call_conference(Call(**dict(data)), context)


@command.register
def _(data: contract.ConferenceDecidedData, plan: FamilyPlan, context: Context) -> None:
    plan.decide(Decision(**dict(data)), context)


@command.register
def _(data: contract.ConferenceClosedData, plan: FamilyPlan, context: Context) -> None:
    plan.close_conference(data.conference_id, data.present, data.summary, context)
