"""What happened and what was reported. Every agency may say so, a party of the plan or not."""

from __future__ import annotations

from typing import Any, ClassVar

from domain.context import CLOCK_TOLERANCE, Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import Incident, Note, Report


class IncidentRecorded(PlanEvent):
    """Something happened: by whom, against whom, of what kind, as far as is known."""

    TOPIC: ClassVar[str] = "oneplan.plan.IncidentRecorded"
    class_version: ClassVar[int] = 2

    incident: Incident

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 did not ask for source, certainty and gravity."""
        state["incident"] |= {"source": None, "certainty": None, "gravity": None}

    def apply(self, plan: PlanCore) -> None:
        plan.items["incident"][self.incident.incident_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "incident", self.incident.incident_id),)


class ReportReceived(PlanEvent):
    """Somebody reported something about the family to an agency."""

    TOPIC: ClassVar[str] = "oneplan.plan.ReportReceived"
    class_version: ClassVar[int] = 2

    report: Report

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 did not ask in what capacity and for which agency somebody reports."""
        state["report"] |= {"reporter_kind": None, "reporter_agency": None}

    def apply(self, plan: PlanCore) -> None:
        plan.items["report"][self.report.report_id] = True


class NoteAdded(PlanEvent):
    """A remark was put on the record."""

    TOPIC: ClassVar[str] = "oneplan.plan.NoteAdded"

    note: Note

    def apply(self, plan: PlanCore) -> None:
        plan.items["note"][self.note.note_id] = True


class Incidents(PlanCore):
    """Commands about incidents, reports and remarks."""

    KINDS: ClassVar[tuple[str, ...]] = ("incident", "report", "note")

    def record_incident(self, incident: Incident, context: Context) -> None:
        """Put an incident on the record.

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

    def receive_report(self, report: Report, context: Context) -> None:
        """Put a report on the record. Raises UnknownItem for an unknown member or incident."""
        self._open_to_reports(context)
        self._require_new("data.report_id", "report", report.report_id)
        self._require_members("data.about", report.about)
        if report.incident_id is not None:
            self._require_item("data.incident_id", "incident", report.incident_id)
        self._record(ReportReceived, context, report=report)

    def add_note(self, note: Note, context: Context) -> None:
        """Put a remark on the record. Raises UnknownItem for an unknown member."""
        self._open_to_reports(context)
        self._require_new("data.note_id", "note", note.note_id)
        self._require_members("data.about", note.about)
        self._record(NoteAdded, context, note=note)
