"""What happened and what was noticed. Every agency may say so, a party of the plan or not."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from domain.context import CLOCK_TOLERANCE, Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.family_plan.questions import Questions
from domain.keys import item_key
from domain.values import (
    UNKNOWN,
    Clarification,
    Incident,
    IncidentFact,
    ItemId,
    MemberId,
    Note,
    PersonalText,
)

FACTS = tuple(IncidentFact)


def is_unclear(fact: object) -> bool:
    """Whether a fact of an incident is, or holds, ``unknown``. None was not asked (version 1)."""
    return UNKNOWN in fact if isinstance(fact, tuple) else fact == UNKNOWN


class Involved(NamedTuple):
    """Who did something and whom it befell, as far as is known by now."""

    by: tuple[MemberId, ...]
    against: tuple[MemberId, ...]

    def known(self) -> tuple[MemberId, ...]:
        """The members of the plan among them, each once."""
        both = dict.fromkeys((*self.by, *self.against))
        return tuple(one for one in both if one != UNKNOWN)


class IncidentRecorded(PlanEvent):
    """Something happened: by whom, against whom, of what kind, as far as is known."""

    TOPIC: ClassVar[str] = "oneplan.plan.IncidentRecorded"
    class_version: ClassVar[int] = 2

    incident: Incident

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 did not ask for source, certainty and gravity."""
        state["incident"] |= {"source": None, "certainty": None, "gravity": None}

    def apply(self, plan: Incidents) -> None:
        incident = self.incident
        plan.items["incident"][incident.incident_id] = True
        plan.involved[incident.incident_id] = Involved(incident.by, incident.against)

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "incident", self.incident.incident_id),)


class IncidentClarified(PlanEvent):
    """Something about an incident has become clear. What ``clear`` leaves out stays as it was."""

    TOPIC: ClassVar[str] = "oneplan.plan.IncidentClarified"

    incident_id: ItemId
    clear: Clarification
    text: PersonalText

    def apply(self, plan: Incidents) -> None:
        before = plan.involved[self.incident_id]
        plan.involved[self.incident_id] = Involved(
            self.clear.by or before.by, self.clear.against or before.against
        )


class NoteAdded(PlanEvent):
    """A remark was put on the record."""

    TOPIC: ClassVar[str] = "oneplan.plan.NoteAdded"

    note: Note

    def apply(self, plan: PlanCore) -> None:
        plan.items["note"][self.note.note_id] = True


class Incidents(Questions):
    """Commands about incidents and remarks."""

    KINDS: ClassVar[tuple[str, ...]] = ("incident", "note")

    involved: dict[str, Involved]
    """For each incident by its id."""

    def _start(self) -> None:
        super()._start()
        self.involved = {}

    def record_incident(self, incident: Incident, context: Context) -> None:
        """Put an incident on the record. Each fact of it that is unknown raises a question.

        Raises:
            Refused: when its id is taken or it would begin in the future.
            UnknownItem: when it names a member the plan does not hold (yet).
        """
        self._open_to_reports(context)
        self._require_new("data.incident_id", "incident", incident.incident_id)
        if incident.began_at > context.recorded_at + CLOCK_TOLERANCE:
            raise Refused(
                "data.began_at", f"{incident.began_at:%Y-%m-%dT%H:%M:%SZ} lies in the future"
            )
        self._require_members("data.by", incident.by)
        self._require_members("data.against", incident.against)
        self._record(IncidentRecorded, context, incident=incident)
        for fact in FACTS:
            if is_unclear(getattr(incident, fact.value)):
                self._ask(incident.incident_id, fact, context)

    def clarify_incident(
        self, incident_id: str, clear: Clarification, text: str, context: Context
    ) -> None:
        """Say what has become clear about an incident; its questions are answered by ``text``.

        Every agency may. A fact that is, or in part stays, unknown is asked on: its question
        stays open, and one that has ended is followed by a new one.

        Raises:
            UnknownItem: for an unknown incident or member.
        """
        self._open_to_reports(context)
        self._require_item("data.incident_id", "incident", incident_id)
        self._require_members("data.clear.by", clear.by or ())
        self._require_members("data.clear.against", clear.against or ())
        self._record(IncidentClarified, context, incident_id=incident_id, clear=clear, text=text)
        for fact in FACTS:
            said = getattr(clear, fact.value)
            if is_unclear(said):
                self._ask(incident_id, fact, context)
            elif said is not None:
                self._answer_by_itself(incident_id, fact, text, context)

    def add_note(self, note: Note, context: Context) -> None:
        """Put a remark on the record. Raises UnknownItem for an unknown member."""
        self._open_to_reports(context)
        self._require_new("data.note_id", "note", note.note_id)
        self._require_members("data.about", note.about)
        self._record(NoteAdded, context, note=note)

    def _ask(self, incident_id: str, fact: IncidentFact, context: Context) -> None:
        self._ask_by_itself(incident_id, self.involved[incident_id].known(), fact, context)
