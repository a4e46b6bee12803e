"""The counters behind the view ``learning``, and what each event does to them.

An event is about one quarter of one family. It can change what the family counts for in that
quarter and in the four before it, which looks at nine rows at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Literal

from domain.calendar import dutch_day
from domain.events import DomainEvent
from domain.family_plan import (
    IncidentRecorded,
    MeasureEnded,
    MeasureStarted,
    PlanEvent,
    ReportReceived,
)
from domain.family_plan.incidents import IncidentClarified
from domain.family_plan.merging import FamilyMerged
from domain.family_plan.names import Names
from domain.family_plan.reports import STAGES, TERM_OF_STAGE, FeedbackGiven
from domain.family_plan.splitting import SplitFrom
from domain.family_plan.terms import TermStarted
from domain.learning import (
    COHORT_CLOSES,
    FEEDBACK_CLOSES,
    FOLLOW_UP_CLOSES,
    CountedMeasure,
    CountedReport,
    FamilyQuarter,
    Mark,
    Topic,
    marks,
)
from domain.quarters import PER_YEAR, quarter_of
from domain.values import MeasureEnd, MeasureForm, MemberId
from projections.projection import Projection
from projections.rows import Reference, Row, Rows, existing

STAGE_OF_TERM = {kind: stage for stage, kind in TERM_OF_STAGE.items()}


class LearningCount(Row):
    """How many families count for one thing (:class:`domain.learning.Mark`) in one quarter."""

    table: ClassVar[str] = "learning_counts"
    key: ClassVar[tuple[str, ...]] = ("quarter", "topic", "group", "part")

    quarter: int
    topic: Topic
    group: str
    part: str
    families: int


class LearningQuarter(Row):
    """What is known of a family in one quarter, and what it was counted for."""

    table: ClassVar[str] = "learning_quarters"
    key: ClassVar[tuple[str, ...]] = ("family_id", "quarter")

    family_id: str
    quarter: int
    facts: FamilyQuarter = FamilyQuarter()
    counted: tuple[Mark, ...] = ()


class LearningPlace(Row):
    """In which quarter a report or an incident of a family is.

    What a family brought along when it was merged goes on counting where it was counted before:
    for that family (``counted_for``), under the id it had there (``counted_as``).
    """

    table: ClassVar[str] = "learning_places"
    key: ClassVar[tuple[str, ...]] = ("family_id", "kind", "item_id")

    family_id: str
    kind: Literal["report", "incident"]
    item_id: str
    quarter: int
    counted_for: str
    counted_as: str
    by: tuple[MemberId, ...] = ()
    day: date | None = None
    """Of an incident: who did it as far as is known, and the Dutch day on which it began."""


class LearningMeasure(Row):
    """A measure that has not ended: what will be needed once it has."""

    table: ClassVar[str] = "learning_measures"
    key: ClassVar[tuple[str, ...]] = ("family_id", "measure_id")

    family_id: str
    measure_id: str
    form: MeasureForm
    for_members: tuple[MemberId, ...]


projection = Projection(
    "learning",
    3,
    rows=(LearningCount, LearningQuarter, LearningPlace, LearningMeasure),
    over_families=True,
)


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    match event:
        case ReportReceived():
            yield from _around(event, dutch_day(event.occurred_at))
        case IncidentRecorded():
            yield from _around(event, dutch_day(event.incident.began_at))
        case MeasureEnded():
            yield LearningMeasure, (event.family_id, event.measure_id)
            yield from _around(event, event.ended_on)
        case FeedbackGiven():
            yield LearningPlace, (event.family_id, "report", event.report_id)
        case TermStarted() if event.term.kind in STAGE_OF_TERM:
            yield LearningPlace, (event.family_id, "report", event.term.report_id)
        case IncidentClarified():
            yield LearningPlace, (event.family_id, "incident", event.incident_id)


@projection.on(ReportReceived)
def _report(event: ReportReceived, _position: int, rows: Rows) -> None:
    day = dutch_day(event.occurred_at)
    quarter = quarter_of(day)
    if _closed(event, quarter, FOLLOW_UP_CLOSES):
        return
    facts = _facts(rows, event.family_id, quarter)
    days = tuple(sorted({*facts.report_days, day}))
    _keep(rows, event.family_id, quarter, facts.model_copy(update={"report_days": days}))
    if not _closed(event, quarter, COHORT_CLOSES):
        place = _place(rows, event, "report", event.report.report_id, quarter)
        _keep_report(rows, place, CountedReport(day=day))
    _recount_around(rows, event, event.family_id, quarter)


@projection.on(TermStarted)
def _term(event: TermStarted, _position: int, rows: Rows) -> None:
    stage = STAGE_OF_TERM.get(event.term.kind)
    found = None if stage is None else _counted_report(rows, event, event.term.report_id)
    if stage is None or found is None:
        return
    place, report = found
    due = {**report.due, stage: event.term.due_at}
    _keep_report(rows, place, report.model_copy(update={"due": due}))
    _recount(rows, event, place.counted_for, place.quarter)


@projection.on(FeedbackGiven)
def _feedback(event: FeedbackGiven, _position: int, rows: Rows) -> None:
    found = _counted_report(rows, event, event.report_id)
    if found is None:
        return
    place, report = found
    # A later stage covers those before it.
    covered = STAGES[: STAGES.index(event.stage) + 1]
    given = dict(report.given)
    for stage in covered:
        given[stage] = min(given.get(stage, event.occurred_at), event.occurred_at)
    _keep_report(rows, place, report.model_copy(update={"given": given}))
    _recount(rows, event, place.counted_for, place.quarter)


@projection.on(MeasureStarted)
def _measure(event: MeasureStarted, _position: int, rows: Rows) -> None:
    measure = event.measure
    rows.put(
        LearningMeasure(
            family_id=event.family_id,
            measure_id=measure.measure_id,
            form=measure.form,
            for_members=measure.for_members,
        )
    )


@projection.on(MeasureEnded)
def _measure_ended(event: MeasureEnded, _position: int, rows: Rows) -> None:
    started = existing(rows, LearningMeasure, event.family_id, event.measure_id)
    rows.delete(LearningMeasure, event.family_id, event.measure_id)
    quarter = quarter_of(event.ended_on)
    if event.how is MeasureEnd.NOT_STARTED or _closed(event, quarter, COHORT_CLOSES):
        return
    measure = CountedMeasure(
        form=started.form, for_members=started.for_members, ended_on=event.ended_on
    )
    facts = _facts(rows, event.family_id, quarter)
    measures = {**facts.measures, event.measure_id: measure}
    _keep(rows, event.family_id, quarter, facts.model_copy(update={"measures": measures}))
    _recount(rows, event, event.family_id, quarter)


@projection.on(IncidentRecorded)
def _incident(event: IncidentRecorded, _position: int, rows: Rows) -> None:
    incident = event.incident
    day = dutch_day(incident.began_at)
    quarter = quarter_of(day)
    if _closed(event, quarter, FOLLOW_UP_CLOSES):
        return
    place = _place(rows, event, "incident", incident.incident_id, quarter)
    _keep_deed(rows, event, place, place.model_copy(update={"by": incident.by, "day": day}))


@projection.on(IncidentClarified)
def _clarified(event: IncidentClarified, _position: int, rows: Rows) -> None:
    place = rows.get(LearningPlace, event.family_id, "incident", event.incident_id)
    if event.clear.by is None or place is None:
        return
    _keep_deed(rows, event, place, place.model_copy(update={"by": event.clear.by}))


@projection.on(FamilyMerged)
def _merged(event: FamilyMerged, _position: int, rows: Rows) -> None:
    names = Names(event.names)
    for kind, item_id in event.holdings.refs():
        _move(rows, kind, (event.other, names.back().of(kind, item_id)), (event.family_id, item_id))


@projection.on(SplitFrom)
def _split_from(event: SplitFrom, _position: int, rows: Rows) -> None:
    names = Names(event.names)
    for kind, item_id in event.holdings.refs():
        _move(rows, kind, (event.origin, names.of(kind, item_id)), (event.family_id, item_id))


def _move(rows: Rows, kind: str, before: tuple[str, str], now: tuple[str, str]) -> None:
    """Follow a thing that another family has from now on, under its own id there."""
    named = dict(zip(("family_id", "item_id"), now, strict=True))
    place = rows.get(LearningPlace, before[0], kind, before[1])
    if place is not None:
        rows.delete(LearningPlace, *place.key_values())
        rows.put(place.model_copy(update=named))
    measure = rows.get(LearningMeasure, *before) if kind == "measure" else None
    if measure is not None:
        rows.delete(LearningMeasure, *before)
        rows.put(measure.model_copy(update={"family_id": now[0], "measure_id": now[1]}))


def _closed(event: PlanEvent, quarter: int, closes: int) -> bool:
    """Whether an event became known after a quarter of the family had closed."""
    return quarter_of(dutch_day(event.recorded_at)) > quarter + closes


def _around(event: PlanEvent, day: date) -> Iterator[Reference]:
    quarter = quarter_of(day)
    for one in range(quarter - PER_YEAR, quarter + PER_YEAR + 1):
        yield LearningQuarter, (event.family_id, one)


def _place(
    rows: Rows, event: PlanEvent, kind: Literal["report", "incident"], item_id: str, quarter: int
) -> LearningPlace:
    place = LearningPlace(
        family_id=event.family_id,
        kind=kind,
        item_id=item_id,
        quarter=quarter,
        counted_for=event.family_id,
        counted_as=item_id,
    )
    rows.put(place)
    return place


def _counted_report(
    rows: Rows, event: PlanEvent, report_id: str
) -> tuple[LearningPlace, CountedReport] | None:
    """A report of a quarter that still takes feedback, and where it is counted."""
    place = rows.get(LearningPlace, event.family_id, "report", report_id)
    if place is None or _closed(event, place.quarter, FEEDBACK_CLOSES):
        return None
    return place, _facts(rows, place.counted_for, place.quarter).reports[place.counted_as]


def _keep_report(rows: Rows, place: LearningPlace, report: CountedReport) -> None:
    facts = _facts(rows, place.counted_for, place.quarter)
    reports = {**facts.reports, place.counted_as: report}
    kept = facts.model_copy(update={"reports": reports})
    _keep(rows, place.counted_for, place.quarter, kept)


def _keep_deed(rows: Rows, event: PlanEvent, before: LearningPlace, place: LearningPlace) -> None:
    facts = _facts(rows, place.counted_for, place.quarter)
    if before.day is not None:
        facts = facts.with_deed(before.by, before.day, -1)
    if place.day is not None:
        facts = facts.with_deed(place.by, place.day)
    rows.put(place)
    _keep(rows, place.counted_for, place.quarter, facts)
    _recount_around(rows, event, place.counted_for, place.quarter)


def _facts(rows: Rows, family_id: str, quarter: int) -> FamilyQuarter:
    row = rows.get(LearningQuarter, family_id, quarter)
    return FamilyQuarter() if row is None else row.facts


def _keep(rows: Rows, family_id: str, quarter: int, facts: FamilyQuarter) -> None:
    row = rows.get(LearningQuarter, family_id, quarter)
    if row is None:
        row = LearningQuarter(family_id=family_id, quarter=quarter)
    rows.put(row.model_copy(update={"facts": facts}))


def _recount_around(rows: Rows, event: PlanEvent, family_id: str, quarter: int) -> None:
    """Count a family anew in each quarter for which what happened in this one may matter."""
    for earlier in range(quarter - PER_YEAR, quarter + 1):
        _recount(rows, event, family_id, earlier)


def _recount(rows: Rows, event: PlanEvent, family_id: str, quarter: int) -> None:
    row = rows.get(LearningQuarter, family_id, quarter)
    if row is None or _closed(event, quarter, FOLLOW_UP_CLOSES):
        return
    following = [
        _facts(rows, family_id, later) for later in range(quarter + 1, quarter + PER_YEAR + 1)
    ]
    before, now = frozenset(row.counted), marks(row.facts, following)
    if before == now:
        return
    rows.put(row.model_copy(update={"counted": tuple(sorted(now))}))
    for mark in before - now:
        _count(rows, quarter, mark, -1)
    for mark in now - before:
        _count(rows, quarter, mark, +1)


def _count(rows: Rows, quarter: int, mark: Mark, more: int) -> None:
    row = rows.get(LearningCount, quarter, *mark)
    families = more if row is None else row.families + more
    if families:
        rows.put(LearningCount(quarter=quarter, **mark._asdict(), families=families))
    else:
        rows.delete(LearningCount, quarter, *mark)
