"""Commands about concerns, strengths, safety agreements, goals and actions."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Action, Concern, Goal, Owner, SafetyAgreement, Strength
from services.contracts.data import work as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.ConcernRaisedData, plan: FamilyPlan, context: Context) -> None:
    plan.raise_concern(Concern(**dict(data)), context)


@command.register
def _(data: contract.ConcernResolvedData, plan: FamilyPlan, context: Context) -> None:
    plan.resolve_concern(data.concern_id, data.how, context)


@command.register
def _(data: contract.StrengthNotedData, plan: FamilyPlan, context: Context) -> None:
    plan.note_strength(Strength(**dict(data)), context)


@command.register
def _(data: contract.SafetyAgreementMadeData, plan: FamilyPlan, context: Context) -> None:
    watched_by = Owner(**dict(data.watched_by))
    agreement = SafetyAgreement(**{**dict(data), "watched_by": watched_by})
    plan.make_agreement(agreement, context)


@command.register
def _(data: contract.SafetyAgreementEndedData, plan: FamilyPlan, context: Context) -> None:
    plan.end_agreement(data.agreement_id, data.how, data.text, context)


@command.register(contract.GoalSetData)
@command.register(contract.GoalSetV2Data)
def _(
    data: contract.GoalSetData | contract.GoalSetV2Data, plan: FamilyPlan, context: Context
) -> None:
    plan.set_goal(Goal(**dict(data)), context)


@command.register
def _(data: contract.GoalEndedData, plan: FamilyPlan, context: Context) -> None:
    plan.end_goal(data.goal_id, data.result, data.text, context)


@command.register
def _(data: contract.ActionAgreedData, plan: FamilyPlan, context: Context) -> None:
    owner = Owner(name=data.owner)
    plan.agree_action(Action(**{**dict(data), "owner": owner}), context)


@command.register
def _(data: contract.ActionAgreedV2Data, plan: FamilyPlan, context: Context) -> None:
    owner = Owner(**dict(data.owner))
    plan.agree_action(Action(**{**dict(data), "owner": owner}), context)


@command.register
def _(data: contract.ActionCompletedData, plan: FamilyPlan, context: Context) -> None:
    plan.complete_action(data.action_id, data.result, context)


@command.register
def _(data: contract.ActionCancelledData, plan: FamilyPlan, context: Context) -> None:
    plan.cancel_action(data.action_id, data.reason, context)
