"""The words about incidents, remarks and open questions."""

from __future__ import annotations

from domain.family_plan import IncidentRecorded, NoteAdded
from domain.family_plan.incidents import IncidentClarified
from domain.family_plan.questions import (
    QuestionAnswered,
    QuestionAsked,
    QuestionAssigned,
    QuestionDropped,
)
from projections.summaries.base import words


@words.register
def _(event: IncidentRecorded) -> str:
    incident = event.incident
    by, against = ", ".join(incident.by), ", ".join(incident.against)
    return f"Incident, {incident.kind.value}, by {by} against {against}: {incident.text}"


@words.register
def _(event: NoteAdded) -> str:
    return f"Note: {event.note.text}"


@words.register
def _(event: IncidentClarified) -> str:
    facts = ", ".join(name for name, value in event.clear if value is not None)
    return f"Incident {event.incident_id} clarified ({facts}): {event.text}"


@words.register
def _(event: QuestionAsked) -> str:
    return f"Question for {event.question.owner.name}: {event.question.text}"


@words.register
def _(event: QuestionAssigned) -> str:
    return f"Question {event.question_id} is now for {event.owner.name}"


@words.register
def _(event: QuestionAnswered) -> str:
    return f"Question {event.question_id} answered: {event.answer}"


@words.register
def _(event: QuestionDropped) -> str:
    return f"Question {event.question_id} stays without an answer: {event.reason}"
