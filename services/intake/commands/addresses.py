"""Commands about addresses."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Address, AddressKind
from services.contracts.data import addresses as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.AddressRecordedData, plan: FamilyPlan, context: Context) -> None:
    facts = dict(data)
    if data.hidden_from_all is None:
        facts["hidden_from_all"] = data.kind is AddressKind.SHELTER
    plan.record_address(Address(**facts), context)


@command.register
def _(data: contract.AddressHiddenData, plan: FamilyPlan, context: Context) -> None:
    plan.hide_address(data.address_id, data.hidden_from, data.hidden_from_all, data.reason, context)


@command.register
def _(data: contract.AddressShownData, plan: FamilyPlan, context: Context) -> None:
    plan.show_address(data.address_id, data.shown_to, data.reason, context)


@command.register
def _(data: contract.AddressEndedData, plan: FamilyPlan, context: Context) -> None:
    plan.end_address(data.address_id, data.reason, context)
