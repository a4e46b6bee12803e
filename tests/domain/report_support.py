"""What the tests of reports, terms and the reporting code share: a plan, and who says what when."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.context import Context, Provenance
from domain.family_plan import FamilyPlan
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.keys import term_id
from domain.values import (
    AgencyCode,
    FamilyMember,
    FamilyRole,
    LeadCaseworker,
    Party,
    Report,
    ReporterKind,
    Role,
    TermKind,
)

RECEIVED = datetime(2025, 3, 5, 12, 0, tzinfo=UTC)
"""A Wednesday; Easter is six weeks away."""


def on(month: int, day: int, hour: int = 12) -> datetime:
    """A moment in 2025, UTC."""
    return datetime(2025, month, day, hour, tzinfo=UTC)


def by(
    agency: AgencyCode | None = "veilig-thuis",
    at: datetime = RECEIVED,
    *,
    known: datetime | None = None,
    role: Role = Role.AGENCY,
    actor: str = "somebody",
) -> Context:
    """Who says it, when it happened, and when we came to know it."""
    return Context(
        provenance=Provenance(
            actor=actor, role=role, agency=agency, correlation_id="c", causation_id="c"
        ),
        occurred_at=at,
        recorded_at=known or at,
    )


def service(at: datetime) -> Context:
    """The service itself, at a moment."""
    return by(None, at, role=Role.SYSTEM, actor="watch")


def lead(at: datetime = RECEIVED, actor: str = "carla") -> Context:
    """The lead, who works for the municipality."""
    return by("municipality", at, role=Role.LEAD, actor=actor)


def new_plan(family_id: str = "F1") -> FamilyPlan:
    """A plan of Anna and Tom with police and municipality, led by Carla; nothing pending.

    Veilig Thuis and the school take no part in it.
    """
    start = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
    plan = FamilyPlan.open(
        family_id,
        reason="a report",
        members=tuple(
            FamilyMember(member_id=one, name=one.title(), role=FamilyRole.PARENT)
            for one in ("anna", "tom")
        ),
        parties=(Party(agency="police", task="x"), Party(agency="municipality", task="y")),
        context=by("police", start),
    )
    carla = LeadCaseworker(person_id="carla", name="Carla", agency="municipality")
    plan.assign_lead(carla, by("police", start))
    plan.collect_events()
    return plan


def a_report(
    report_id: str = "r1",
    kind: ReporterKind | None = ReporterKind.PROFESSIONAL,
    agency: AgencyCode | None = "school",
) -> Report:
    """A report by the school, unless said otherwise."""
    return Report(
        report_id=report_id,
        reporter="Juf Vos",
        reporter_kind=kind,
        reporter_agency=agency,
        about=("tom",),
        text="bruises",
    )


def the_id(kind: TermKind, report_id: str = "r1") -> str:
    """The id of a report's term."""
    return term_id("F1", kind.value, report_id)


def happened(plan: FamilyPlan) -> list[str]:
    """What became of terms, in order: ``started triage``, ``met triage on time``, ..."""
    said = []
    for event in plan.pending_events:
        if isinstance(event, TermStarted):
            said.append(f"started {event.term.kind}")
        elif isinstance(event, TermExpired):
            said.append(f"expired {event.term.kind}")
        elif isinstance(event, TermMet):
            said.append(f"met {event.term.kind} {'on time' if event.on_time else 'late'}")
    return said


def due(plan: FamilyPlan) -> dict[str, str]:
    """When each term that was started is due, as ``2025-03-12T22:59:59Z``, by its kind."""
    return {
        event.term.kind.value: f"{event.term.due_at:%Y-%m-%dT%H:%M:%SZ}"
        for event in plan.pending_events
        if isinstance(event, TermStarted)
    }
