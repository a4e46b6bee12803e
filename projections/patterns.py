"""Patterns in what happened in one family: what each rule sees, and what proves it.

The rows hold the facts, one a row; the rules read them when somebody looks. So an incident whose
doer becomes clear later counts from then on, and another threshold needs no rebuilding.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from domain.events import DomainEvent
from domain.family_plan import (
    ConcernRaised,
    ConcernResolved,
    IncidentRecorded,
    MeasureEnded,
    MeasureStarted,
    MemberAdded,
    PlanOpened,
    ReportReceived,
)
from domain.family_plan.incidents import IncidentClarified
from domain.need_to_know.categories import Category
from domain.patterns import (
    RULES,
    KnownConcern,
    KnownIncident,
    KnownMeasure,
    KnownMember,
    KnownReport,
    Picture,
    find_patterns,
)
from domain.values import Evidence, FamilyMember, Finding, MeasureEnd, MemberId
from projections import agency_families
from projections.agency_families import has_plan
from projections.plan_model import View
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView
from projections.watching import Look, Watcher


class PatternView(View):
    """A pattern that a rule sees.

    Args:
        title_nl: the title in Dutch.
        key: what within the family it is about, as in its signal.
        level: how far it went, from 1.
        detail: what was found, in ids and numbers.
        evidence: what proves it, in the order in which it happened.
        source: where the rule comes from, and which of its thresholds are our own choice.
    """

    rule: str
    title: str
    title_nl: str
    key: str
    level: Annotated[int, Field(ge=1)]
    about: tuple[MemberId, ...]
    detail: str
    evidence: tuple[Evidence, ...]
    source: str


class PatternsView(View):
    """The patterns of a family, in the order of the rules. They decide nothing; they show."""

    family_id: str
    patterns: tuple[PatternView, ...]


class PatternMember(Row):
    """A member, also one who has left the plan."""

    table: ClassVar[str] = "patterns_member"
    key: ClassVar[tuple[str, ...]] = ("family_id", "member_id")

    family_id: str
    member_id: str
    member: KnownMember


class PatternIncident(Row):
    """An incident as it stands now."""

    table: ClassVar[str] = "patterns_incident"
    key: ClassVar[tuple[str, ...]] = ("family_id", "incident_id")

    family_id: str
    incident_id: str
    incident: KnownIncident


class PatternReport(Row):
    """A report."""

    table: ClassVar[str] = "patterns_report"
    key: ClassVar[tuple[str, ...]] = ("family_id", "report_id")

    family_id: str
    report_id: str
    report: KnownReport


class PatternConcern(Row):
    """A concern as it stands now."""

    table: ClassVar[str] = "patterns_concern"
    key: ClassVar[tuple[str, ...]] = ("family_id", "concern_id")

    family_id: str
    concern_id: str
    concern: KnownConcern


class PatternMeasure(Row):
    """A measure as it stands now."""

    table: ClassVar[str] = "patterns_measure"
    key: ClassVar[tuple[str, ...]] = ("family_id", "measure_id")

    family_id: str
    measure_id: str
    measure: KnownMeasure


projection = Projection(
    "patterns",
    1,
    rows=(
        PatternMember,
        PatternIncident,
        PatternReport,
        PatternConcern,
        PatternMeasure,
    ),
)


def picture(reader: Reader, family_id: str) -> Picture:
    """The facts of a family next to each other."""
    own = {"family_id": family_id}
    return Picture(
        members=tuple(row.member for row in reader.select(PatternMember, where=own)),
        incidents=tuple(row.incident for row in reader.select(PatternIncident, where=own)),
        reports=tuple(row.report for row in reader.select(PatternReport, where=own)),
        concerns=tuple(row.concern for row in reader.select(PatternConcern, where=own)),
        measures=tuple(row.measure for row in reader.select(PatternMeasure, where=own)),
    )


def patterns(reader: Reader, family_id: str, _now: datetime) -> PatternsView | None:
    """The patterns of a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    found = find_patterns(picture(reader, family_id))
    return PatternsView(family_id=family_id, patterns=tuple(_view(one) for one in found))


PATTERNS = FamilyView(
    name="patterns",
    about="What only shows when the incidents lie next to each other, and what proves it.",
    model=PatternsView,
    projections=(projection, agency_families.projection),
    read=patterns,
    derives=Category.SIGNALS,
)


def look(reader: Reader, family_id: str, _now: datetime) -> Look:
    """All that the rules see now. Only an event can change that, so it looks at no clock."""
    return Look(findings=tuple(find_patterns(picture(reader, family_id))))


WATCHER = Watcher("patterns", projection, look)

_RULES = {rule.name: rule for rule in RULES}


def _view(finding: Finding) -> PatternView:
    rule = _RULES[finding.rule]
    return PatternView(
        **dict(finding), title=rule.title, title_nl=rule.title_nl, source=rule.source
    )


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    match event:
        case IncidentClarified():
            yield PatternIncident, (event.family_id, event.incident_id)
        case ConcernResolved():
            yield PatternConcern, (event.family_id, event.concern_id)
        case MeasureEnded():
            yield PatternMeasure, (event.family_id, event.measure_id)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    for member in event.members:
        _put_member(rows, event.family_id, member)


@projection.on(MemberAdded)
def _member_added(event: MemberAdded, _position: int, rows: Rows) -> None:
    _put_member(rows, event.family_id, event.member)


@projection.on(IncidentRecorded)
def _incident(event: IncidentRecorded, _position: int, rows: Rows) -> None:
    said = event.incident
    incident = KnownIncident(
        incident_id=said.incident_id,
        kind=said.kind,
        by=said.by,
        against=said.against,
        at=said.began_at,
        gravity=said.gravity,
    )
    rows.put(
        PatternIncident(family_id=event.family_id, incident_id=said.incident_id, incident=incident)
    )


@projection.on(IncidentClarified)
def _clarified(event: IncidentClarified, _position: int, rows: Rows) -> None:
    row = existing(rows, PatternIncident, event.family_id, event.incident_id)
    facts = {"by", "against", "kind", "gravity"}
    clear = {name: value for name, value in event.clear if name in facts and value is not None}
    rows.put(row.model_copy(update={"incident": row.incident.model_copy(update=clear)}))


@projection.on(ReportReceived)
def _report(event: ReportReceived, _position: int, rows: Rows) -> None:
    said = event.report
    report = KnownReport(report_id=said.report_id, at=event.occurred_at, about=said.about)
    rows.put(PatternReport(family_id=event.family_id, report_id=said.report_id, report=report))


@projection.on(ConcernRaised)
def _concern(event: ConcernRaised, _position: int, rows: Rows) -> None:
    said = event.concern
    concern = KnownConcern(
        concern_id=said.concern_id,
        life_domain=said.life_domain,
        about=said.about,
        at=event.occurred_at,
    )
    rows.put(PatternConcern(family_id=event.family_id, concern_id=said.concern_id, concern=concern))


@projection.on(ConcernResolved)
def _resolved(event: ConcernResolved, _position: int, rows: Rows) -> None:
    row = existing(rows, PatternConcern, event.family_id, event.concern_id)
    over = row.concern.model_copy(update={"is_open": False})
    rows.put(row.model_copy(update={"concern": over}))


@projection.on(MeasureStarted)
def _measure(event: MeasureStarted, _position: int, rows: Rows) -> None:
    said = event.measure
    measure = KnownMeasure(
        measure_id=said.measure_id,
        kind=said.kind,
        form=said.form,
        for_members=said.for_members,
        begins_on=said.begins_on,
        ends_on=said.ends_on,
    )
    rows.put(PatternMeasure(family_id=event.family_id, measure_id=said.measure_id, measure=measure))


@projection.on(MeasureEnded)
def _ended(event: MeasureEnded, _position: int, rows: Rows) -> None:
    row = existing(rows, PatternMeasure, event.family_id, event.measure_id)
    never_began = event.how is MeasureEnd.NOT_STARTED
    ended = {"ended_on": event.ended_on, "never_began": never_began}
    rows.put(row.model_copy(update={"measure": row.measure.model_copy(update=ended)}))


def _put_member(rows: Rows, family_id: str, member: FamilyMember) -> None:
    known = KnownMember(member_id=member.member_id, role=member.role, birth_date=member.birth_date)
    rows.put(PatternMember(family_id=family_id, member_id=member.member_id, member=known))
