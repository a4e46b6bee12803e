"""Commands about incidents, remarks and open questions."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Incident, Note, OpenQuestion, Owner
from services.contracts.data import incidents as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.IncidentRecordedData, plan: FamilyPlan, context: Context) -> None:
    plan.record_incident(Incident(**dict(data)), context)


@command.register
def _(data: contract.IncidentRecordedV2Data, plan: FamilyPlan, context: Context) -> None:
    plan.record_incident(Incident(**dict(data)), context)


@command.register
def _(data: contract.IncidentClarifiedData, plan: FamilyPlan, context: Context) -> None:
    plan.clarify_incident(data.incident_id, data.clear, data.text, context)


@command.register
def _(data: contract.QuestionAskedData, plan: FamilyPlan, context: Context) -> None:
    owner = Owner(**dict(data.owner))
    plan.ask_question(OpenQuestion(**{**dict(data), "owner": owner}), context)


@command.register
def _(data: contract.QuestionAssignedData, plan: FamilyPlan, context: Context) -> None:
    plan.assign_question(data.question_id, Owner(**dict(data.owner)), data.due, context)


@command.register
def _(data: contract.QuestionAnsweredData, plan: FamilyPlan, context: Context) -> None:
    plan.answer_question(data.question_id, data.answer, context)


@command.register
def _(data: contract.QuestionDroppedData, plan: FamilyPlan, context: Context) -> None:
    plan.drop_question(data.question_id, data.reason, context)


@command.register
def _(data: contract.NoteAddedData, plan: FamilyPlan, context: Context) -> None:
    plan.add_note(Note(**dict(data)), context)
