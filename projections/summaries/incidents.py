"""The words about incidents and remarks."""

from __future__ import annotations

from domain.family_plan import (
    IncidentRecorded,
    NoteAdded,
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
