"""Commands about members, lead and agencies."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import FamilyMember, Party
from services.contracts.data import people as contract
from services.intake.commands.base import command


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
