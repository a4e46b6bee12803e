"""Commands about the family's voice."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Consent, Conversation, LookBack, Objection, OwnWords
from services.contracts.data import voice as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.OwnWordsRecordedData, plan: FamilyPlan, context: Context) -> None:
    plan.record_own_words(OwnWords(**dict(data)), context)


@command.register
def _(data: contract.ConsentGivenData, plan: FamilyPlan, context: Context) -> None:
    plan.give_consent(Consent(**dict(data)), context)


@command.register
def _(data: contract.ConsentWithdrawnData, plan: FamilyPlan, context: Context) -> None:
    plan.withdraw_consent(data.consent_id, data.reason, context)


@command.register
def _(data: contract.ObjectionMadeData, plan: FamilyPlan, context: Context) -> None:
    plan.make_objection(Objection(**dict(data)), context)


@command.register
def _(data: contract.ObjectionAnsweredData, plan: FamilyPlan, context: Context) -> None:
    plan.answer_objection(data.objection_id, data.upheld, data.answer, context)


@command.register
def _(data: contract.ConversationHeldData, plan: FamilyPlan, context: Context) -> None:
    plan.hold_conversation(Conversation(**dict(data)), context)


@command.register
def _(data: contract.LookBackRecordedData, plan: FamilyPlan, context: Context) -> None:
    plan.look_back(LookBack(**dict(data)), context)
