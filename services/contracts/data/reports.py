"""Reports, what follows them, feedback, and the reporting code's steps."""

from __future__ import annotations

from domain.values import (
    FeedbackStage,
    InvestigationConclusion,
    ItemId,
    Line,
    MeldcodeStepTaken,
    MemberId,
    Report,
    ReporterKind,
    Text,
    TriageOutcome,
    Value,
)


class ReportReceivedData(Value):
    """Somebody reported something. Superseded by version 2, and taken for ever."""

    report_id: ItemId
    reporter: Line
    about: tuple[MemberId, ...] = ()
    incident_id: ItemId | None = None
    text: Text


class ReportReceivedV2Data(Report):
    """Somebody reported something: in what capacity, and which agency hears what came of it."""

    reporter_kind: ReporterKind


class ReportTriagedData(Value):
    """The receiving agency decided what follows from a report."""

    report_id: ItemId
    outcome: TriageOutcome
    text: Text


class InvestigationCompletedData(Value):
    """The investigation that followed a report has ended."""

    report_id: ItemId
    conclusion: InvestigationConclusion
    text: Text


class FeedbackGivenData(Value):
    """The reporter heard something, as far as they may know it.

    ``text`` is what the reporter was told, and goes to the reporter's agency as it stands.
    """

    report_id: ItemId
    stage: FeedbackStage
    text: Text


class MeldcodeStepTakenData(MeldcodeStepTaken):
    """A professional took a step of the reporting code."""


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.report.received.v2": ReportReceivedV2Data,
    "nl.oneplan.report.triaged.v1": ReportTriagedData,
    "nl.oneplan.investigation.completed.v1": InvestigationCompletedData,
    "nl.oneplan.feedback.given.v1": FeedbackGivenData,
    "nl.oneplan.meldcode-step.taken.v1": MeldcodeStepTakenData,
    "nl.oneplan.report.received.v1": ReportReceivedData,
}
