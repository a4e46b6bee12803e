"""Commands about incidents and remarks."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Incident, Note
from services.contracts.data import incidents as contract
from services.intake.commands.base import command


@command.register
def _(data: contract.IncidentRecordedData, plan: FamilyPlan, context: Context) -> None:
    plan.record_incident(Incident(**dict(data)), context)


@command.register
def _(data: contract.NoteAddedData, plan: FamilyPlan, context: Context) -> None:
    plan.add_note(Note(**dict(data)), context)
