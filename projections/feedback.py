"""Feedback: what each reporter was told and is still to be told, and what an agency was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from domain.events import DomainEvent
from domain.family_plan import ReportReceived
from domain.family_plan.reports import FeedbackGiven
from domain.family_plan.terms import TermMet, TermStarted
from domain.terms import is_over
from domain.values import AgencyCode, FeedbackStage, TermKind, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.paging import cursor, place
from projections.plan_model import View
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.terms import FEEDBACK
from projections.views import AgencyView, FamilyView


class Told(View):
    """What a reporter was told at one stage, and when."""

    stage: FeedbackStage
    text: str
    at: UtcDateTime


class StillDue(View):
    """What a reporter is still to be told. ``overdue`` when its last moment has passed."""

    kind: TermKind
    due_at: UtcDateTime
    overdue: bool


class ReportFeedback(View):
    """One report: who reported it, who received it, what they were told and are to be told.

    ``agency`` is None when no agency received it and nobody is to be told.
    """

    report_id: str
    reporter: str
    reporter_agency: AgencyCode | None
    agency: AgencyCode | None
    received_at: UtcDateTime
    told: tuple[Told, ...]
    due: tuple[StillDue, ...]


class FeedbackView(View):
    """The feedback on a family's reports, in the order in which they were received."""

    family_id: str
    reports: tuple[ReportFeedback, ...]


class FeedbackReceived(View):
    """What an agency was told about a report of its own, and by whom."""

    report_id: str
    agency: AgencyCode
    stage: FeedbackStage
    text: str
    at: UtcDateTime


class FeedbackReceivedPage(View):
    """What an agency was told on its own reports, the oldest first; ``next`` is None at the end.

    Nothing else of the family is in it, not even which family it is: the agency knows its report.
    """

    agency: AgencyCode
    feedback: tuple[FeedbackReceived, ...]
    next: str | None


class ReportRow(Row):
    """One report of a family. ``due`` has the last moment of each feedback that is still due."""

    table: ClassVar[str] = "feedback_reports"
    key: ClassVar[tuple[str, ...]] = ("family_id", "report_id")

    family_id: str
    report_id: str
    reporter: str
    reporter_agency: AgencyCode | None
    agency: AgencyCode | None
    received_at: UtcDateTime
    told: tuple[Told, ...] = ()
    due: dict[TermKind, UtcDateTime] = Field(default_factory=dict)


class ToldRow(Row):
    """What a reporting agency was told, for that agency."""

    table: ClassVar[str] = "feedback_told"
    key: ClassVar[tuple[str, ...]] = ("position",)
    indexed: ClassVar[tuple[str, ...]] = ("reporter_agency", "at", "place")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("reporter_agency", "at", "place"),)

    position: int
    place: str
    """The position as a text of fixed width, to sort by."""
    reporter_agency: AgencyCode
    at: UtcDateTime
    told: FeedbackReceived


projection = Projection("feedback", 1, rows=(ReportRow, ToldRow))


def feedback_view(reader: Reader, family_id: str, now: datetime) -> FeedbackView | None:
    """The feedback on a family's reports, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    rows = reader.select(ReportRow, where={"family_id": family_id})
    rows.sort(key=lambda row: (row.received_at, row.report_id))
    return FeedbackView(family_id=family_id, reports=tuple(_view(row, now) for row in rows))


def feedback_received(
    reader: Reader, agency: str, _now: datetime, limit: int, after: str | None
) -> FeedbackReceivedPage:
    """A page of what an agency was told. Raises ValueError for an ``after`` that no page gave."""
    found = reader.select(
        ToldRow,
        where={"reporter_agency": agency},
        order=("at", "place"),
        limit=limit + 1,
        after=None if after is None else place(after),
    )
    page = found[:limit]
    return FeedbackReceivedPage(
        agency=agency,
        feedback=tuple(row.told for row in page),
        next=cursor(page[-1].at, page[-1].place) if len(found) > limit else None,
    )


FEEDBACK_VIEW = FamilyView(
    name="feedback",
    about="What those who reported were told, and are still to be told.",
    model=FeedbackView,
    projections=(projection, agency_families.projection),
    read=feedback_view,
)
FEEDBACK_RECEIVED = AgencyView(
    name="feedback-received",
    about="What your agency was told about what came of its own reports.",
    model=FeedbackReceivedPage,
    read=feedback_received,
)


def _view(row: ReportRow, now: datetime) -> ReportFeedback:
    due = sorted(row.due.items(), key=lambda one: (one[1], one[0]))
    return ReportFeedback(
        report_id=row.report_id,
        reporter=row.reporter,
        reporter_agency=row.reporter_agency,
        agency=row.agency,
        received_at=row.received_at,
        told=tuple(sorted(row.told, key=lambda told: told.at)),
        due=tuple(
            StillDue(kind=kind, due_at=due_at, overdue=is_over(due_at, now)) for kind, due_at in due
        ),
    )


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, FeedbackGiven):
        yield ReportRow, (event.family_id, event.report_id)
    if isinstance(event, TermStarted | TermMet) and event.term.kind in FEEDBACK:
        yield ReportRow, (event.family_id, event.term.report_id)


@projection.on(ReportReceived)
def _received(event: ReportReceived, _position: int, rows: Rows) -> None:
    report = event.report
    rows.put(
        ReportRow(
            family_id=event.family_id,
            report_id=report.report_id,
            reporter=report.reporter,
            reporter_agency=report.reporter_agency,
            agency=event.provenance.agency,
            received_at=event.occurred_at,
        )
    )


@projection.on(FeedbackGiven)
def _given(event: FeedbackGiven, position: int, rows: Rows) -> None:
    row = existing(rows, ReportRow, event.family_id, event.report_id)
    told = Told(stage=event.stage, text=event.text, at=event.occurred_at)
    rows.put(row.model_copy(update={"told": (*row.told, told)}))
    if event.reporter_agency is not None:
        _tell(rows, event, event.reporter_agency, position)


def _tell(rows: Rows, event: FeedbackGiven, reporter_agency: str, position: int) -> None:
    rows.put(
        ToldRow(
            position=position,
            place=f"{position:019d}",
            reporter_agency=reporter_agency,
            at=event.occurred_at,
            told=FeedbackReceived(
                report_id=event.report_id,
                agency=event.agency,
                stage=event.stage,
                text=event.text,
                at=event.occurred_at,
            ),
        )
    )


@projection.on(TermStarted)
def _term_started(event: TermStarted, _position: int, rows: Rows) -> None:
    if event.term.kind in FEEDBACK:
        row = existing(rows, ReportRow, event.family_id, event.term.report_id)
        due = {**row.due, event.term.kind: event.term.due_at}
        rows.put(row.model_copy(update={"due": due, "agency": event.term.owner}))


@projection.on(TermMet)
def _term_met(event: TermMet, _position: int, rows: Rows) -> None:
    if event.term.kind in FEEDBACK:
        row = existing(rows, ReportRow, event.family_id, event.term.report_id)
        due = {kind: at for kind, at in row.due.items() if kind is not event.term.kind}
        rows.put(row.model_copy(update={"due": due}))
