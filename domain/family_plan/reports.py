"""Reports and what follows them: triage, investigation, feedback to who reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from domain.calendar import dutch_day
from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanEvent
from domain.family_plan.terms import Terms
from domain.keys import item_key
from domain.terms import VEILIG_THUIS, make_term
from domain.values import (
    AgencyCode,
    FeedbackStage,
    InvestigationConclusion,
    ItemId,
    PersonalText,
    Report,
    ReporterKind,
    Role,
    TermKind,
    TriageOutcome,
)

TERM_OF_STAGE = {
    FeedbackStage.RECEIVED: TermKind.FEEDBACK_RECEIVED,
    FeedbackStage.TRIAGED: TermKind.FEEDBACK_TRIAGED,
    FeedbackStage.FOLLOW_UP: TermKind.FEEDBACK_FOLLOW_UP,
}
STAGES = tuple(FeedbackStage)
"""In order; telling more covers what was to be told before it."""


@dataclass
class ReportState:
    """Who received a report, who is to hear of it, and how far it is."""

    agency: str
    reporter_agency: str | None
    owes_feedback: bool
    triage: TriageOutcome | None = None
    concluded: bool = False
    told: set[FeedbackStage] = field(default_factory=set)


class ReportReceived(PlanEvent):
    """Somebody reported something about the family to an agency."""

    TOPIC: ClassVar[str] = "oneplan.plan.ReportReceived"
    class_version: ClassVar[int] = 2

    report: Report

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 did not ask in what capacity and for which agency somebody reports."""
        state["report"] |= {"reporter_kind": None, "reporter_agency": None}

    def apply(self, plan: Reports) -> None:
        report = self.report
        nobody_to_tell = (
            report.reporter_kind is ReporterKind.ANONYMOUS and report.reporter_agency is None
        )
        plan.items["report"][report.report_id] = True
        plan.reports[report.report_id] = ReportState(
            agency=self.provenance.agency or plan.receiving_agency(),
            reporter_agency=report.reporter_agency,
            owes_feedback=not nobody_to_tell,
        )

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "report", self.report.report_id),)


class ReportTriaged(PlanEvent):
    """The receiving agency decided what follows from a report."""

    TOPIC: ClassVar[str] = "oneplan.plan.ReportTriaged"

    report_id: ItemId
    outcome: TriageOutcome
    text: PersonalText

    def apply(self, plan: Reports) -> None:
        plan.reports[self.report_id].triage = self.outcome
        plan.items["triage"][self.report_id] = False

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "triage", self.report_id),)


class InvestigationCompleted(PlanEvent):
    """The investigation that followed a report has ended."""

    TOPIC: ClassVar[str] = "oneplan.plan.InvestigationCompleted"

    report_id: ItemId
    conclusion: InvestigationConclusion
    text: PersonalText

    def apply(self, plan: Reports) -> None:
        plan.reports[self.report_id].concluded = True


class FeedbackGiven(PlanEvent):
    """The reporter heard something; ``text`` is what they were told, as far as they may know it.

    ``agency`` received the report and gives the feedback. ``reporter_agency`` is to be told; None
    when the receiving agency tells the reporter itself.
    """

    TOPIC: ClassVar[str] = "oneplan.plan.FeedbackGiven"

    report_id: ItemId
    stage: FeedbackStage
    text: PersonalText
    agency: AgencyCode
    reporter_agency: AgencyCode | None

    def apply(self, plan: Reports) -> None:
        plan.reports[self.report_id].told.add(self.stage)


class Reports(Terms):
    """Commands about reports and what follows them."""

    KINDS: ClassVar[tuple[str, ...]] = ("report", "triage")

    reports: dict[str, ReportState]

    def _start(self) -> None:
        super()._start()
        self.reports = {}

    def receiving_agency(self) -> str:
        """Who sees to a report that no agency sent: the lead's agency, or the first party."""
        return self.lead.agency if self.lead is not None else next(iter(self.parties))

    def receive_report(self, report: Report, context: Context) -> None:
        """Put a report on the record; with it begin the terms to act on it and to tell of it.

        Raises:
            UnknownItem: for an unknown member or incident.
            Refused: when its id is taken.
        """
        self._open_to_reports(context)
        self._require_new("data.report_id", "report", report.report_id)
        self._require_members("data.about", report.about)
        if report.incident_id is not None:
            self._require_item("data.incident_id", "incident", report.incident_id)
        self._record(ReportReceived, context, report=report)
        state = self.reports[report.report_id]
        if state.agency == VEILIG_THUIS:
            self._begin(TermKind.TRIAGE, report.report_id, context)
        if state.owes_feedback:
            self._begin(TermKind.FEEDBACK_RECEIVED, report.report_id, context)
            self._begin(_told_next(state.agency), report.report_id, context)

    def triage_report(
        self, report_id: str, outcome: TriageOutcome, text: str, context: Context
    ) -> None:
        """Decide what follows from a report; an investigation then has its own term.

        Also on a closed plan: the report was received before, and its terms run on.

        Raises:
            UnknownItem: for an unknown report.
            Refused: when it was triaged before, or by another than who received it.
        """
        state = self._require_receiver(report_id, context)
        if state.triage is not None:
            raise Refused("data.report_id", f"report {report_id} was triaged already")
        self._record(ReportTriaged, context, report_id=report_id, outcome=outcome, text=text)
        self._meet(TermKind.TRIAGE, report_id, context)
        if outcome is TriageOutcome.INVESTIGATION:
            self._begin(TermKind.INVESTIGATION, report_id, context)
        else:
            self._begin_follow_up(report_id, context)

    def complete_investigation(
        self, report_id: str, conclusion: InvestigationConclusion, text: str, context: Context
    ) -> None:
        """Say what an investigation found, on a closed plan as well.

        Raises:
            UnknownItem: for an unknown report, or one that was not triaged yet.
            Refused: when no investigation follows from it or it has ended, or by another than who
                received the report.
        """
        state = self._require_receiver(report_id, context)
        if state.triage is None:
            raise self._unknown("data.report_id", "triage", report_id)
        if state.triage is not TriageOutcome.INVESTIGATION:
            raise Refused("data.report_id", f"report {report_id} led to no investigation")
        if state.concluded:
            raise Refused("data.report_id", f"the investigation of {report_id} has ended already")
        self._record(
            InvestigationCompleted, context, report_id=report_id, conclusion=conclusion, text=text
        )
        self._meet(TermKind.INVESTIGATION, report_id, context)
        self._begin_follow_up(report_id, context)

    def give_feedback(
        self, report_id: str, stage: FeedbackStage, text: str, context: Context
    ) -> None:
        """Put on the record what the reporter was told. A later stage covers those before it.

        Also on a closed plan: the reporter is still to hear what came of it.

        Raises:
            UnknownItem: for an unknown report.
            Refused: when this was told before, when there is nobody to tell, or by another than
                who received the report.
        """
        state = self._require_receiver(report_id, context)
        if stage in state.told:
            raise Refused("data.stage", f"the reporter of {report_id} was told {stage} already")
        if not state.owes_feedback:
            raise Refused(
                "data.report_id", f"report {report_id} is anonymous, so there is nobody to tell"
            )
        self._record(
            FeedbackGiven,
            context,
            report_id=report_id,
            stage=stage,
            text=text,
            agency=state.agency,
            reporter_agency=state.reporter_agency,
        )
        for covered in STAGES[: STAGES.index(stage) + 1]:
            self._meet(TERM_OF_STAGE[covered], report_id, context)

    def _require_receiver(self, report_id: str, context: Context) -> ReportState:
        """Only who received a report, the lead or an administrator says what follows from it."""
        self._require_own_lead(context)
        state = self.reports.get(report_id)
        if state is None:
            raise self._unknown("data.report_id", "report", report_id)
        who = context.provenance
        if who.role is Role.AGENCY and who.agency != state.agency:
            raise Refused(
                "source", f"report {report_id} was received by {state.agency}; it is theirs to say"
            )
        return state

    def _begin_follow_up(self, report_id: str, context: Context) -> None:
        state = self.reports[report_id]
        told = FeedbackStage.FOLLOW_UP in state.told
        runs = self._term_of(TermKind.FEEDBACK_FOLLOW_UP, report_id) is not None
        if state.owes_feedback and not told and not runs:
            self._begin(TermKind.FEEDBACK_FOLLOW_UP, report_id, context)

    def _begin(self, kind: TermKind, report_id: str, context: Context) -> None:
        owner = self.reports[report_id].agency
        day = dutch_day(context.occurred_at)
        self._start_term(make_term(self.family_id, kind, report_id, owner, day), context)

    def _meet(self, kind: TermKind, report_id: str, context: Context) -> None:
        running = self._term_of(kind, report_id)
        if running is not None:
            self._meet_term(running, context)

    def _term_of(self, kind: TermKind, report_id: str) -> str | None:
        """The term that was not met yet; a family that was merged brought its own ids."""
        return next(
            (
                one
                for one, known in self.terms.items()
                if (known.term.kind, known.term.report_id) == (kind, report_id)
            ),
            None,
        )


def _told_next(agency: str) -> TermKind:
    """Where a report is triaged the reporter hears of that first, elsewhere what follows."""
    if agency == VEILIG_THUIS:
        return TermKind.FEEDBACK_TRIAGED
    return TermKind.FEEDBACK_FOLLOW_UP
