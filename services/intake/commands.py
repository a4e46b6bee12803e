"""Which command of the plan each event type is."""

from __future__ import annotations

from functools import singledispatch

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import (
    Action,
    Concern,
    FamilyMember,
    Goal,
    Incident,
    Note,
    Party,
    Report,
    Value,
)
from services.contracts import data as contract


@singledispatch
def command(data: Value, plan: FamilyPlan, context: Context) -> None:
    """Give the plan the command that this data stands for. Raises DomainError."""
    raise NotImplementedError(f"no command for {type(data).__name__}")


@command.register
def _(data: contract.PlanClosedData, plan: FamilyPlan, context: Context) -> None:
    plan.close(data.reason, context)


@command.register
def _(data: contract.PlanReopenedData, plan: FamilyPlan, context: Context) -> None:
    plan.reopen(data.reason, context)


@command.register
def _(data: contract.MemberAddedData, plan: FamilyPlan, context: Context) -> None:
    plan.add_member(FamilyMember(**dict(data)), context)


@command.register
def _(data: contract.MemberRemovedData, plan: FamilyPlan, context: Context) -> None:
    plan.remove_member(data.member_id, data.reason, context)


@command.register
def _(data: contract.LeadAssignedData, plan: FamilyPlan, context: Context) -> None:
    plan.assign_lead(data.lead, context)


@command.register
def _(data: contract.LeadHandedOverData, plan: FamilyPlan, context: Context) -> None:
    plan.hand_over(data.outgoing, data.incoming, data.reason, context)


@command.register
def _(data: contract.LeadReleasedData, plan: FamilyPlan, context: Context) -> None:
    plan.release_lead(data.person_id, data.reason, context)


@command.register
def _(data: contract.AgencyJoinedData, plan: FamilyPlan, context: Context) -> None:
    plan.agency_joins(Party(**dict(data)), context)


@command.register
def _(data: contract.AgencyLeftData, plan: FamilyPlan, context: Context) -> None:
    plan.agency_leaves(data.agency, data.reason, context)


@command.register
def _(data: contract.ConcernRaisedData, plan: FamilyPlan, context: Context) -> None:
    plan.raise_concern(Concern(**dict(data)), context)


@command.register
def _(data: contract.ConcernResolvedData, plan: FamilyPlan, context: Context) -> None:
    plan.resolve_concern(data.concern_id, data.how, context)


@command.register
def _(data: contract.GoalSetData, plan: FamilyPlan, context: Context) -> None:
    plan.set_goal(Goal(**dict(data)), context)


@command.register
def _(data: contract.GoalEndedData, plan: FamilyPlan, context: Context) -> None:
    plan.end_goal(data.goal_id, data.result, data.text, context)


@command.register
def _(data: contract.ActionAgreedData, plan: FamilyPlan, context: Context) -> None:
    plan.agree_action(Action(**dict(data)), context)


@command.register
def _(data: contract.ActionCompletedData, plan: FamilyPlan, context: Context) -> None:
    plan.complete_action(data.action_id, data.result, context)


@command.register
def _(data: contract.ActionCancelledData, plan: FamilyPlan, context: Context) -> None:
    plan.cancel_action(data.action_id, data.reason, context)


@command.register
def _(data: contract.IncidentRecordedData, plan: FamilyPlan, context: Context) -> None:
    plan.record_incident(Incident(**dict(data)), context)


@command.register
def _(data: contract.ReportReceivedData, plan: FamilyPlan, context: Context) -> None:
    plan.receive_report(Report(**dict(data)), context)


@command.register
def _(data: contract.NoteAddedData, plan: FamilyPlan, context: Context) -> None:
    plan.add_note(Note(**dict(data)), context)
