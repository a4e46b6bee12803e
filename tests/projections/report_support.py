"""Plans with reports, for the tests of the views of terms, duties and feedback."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.keys import term_id
from domain.values import Report, ReporterKind, Role
from tests.projections.support import at, context, opened

# Reported on Thursday 5 March 2026: two working days are Monday 9, five are Thursday 12 and seven
# are Monday 16 March. Winter time is an hour ahead of UTC.
RECEIVED_BY = datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
TRIAGE_BY = datetime(2026, 3, 12, 22, 59, 59, tzinfo=UTC)
TRIAGED_BY = datetime(2026, 3, 16, 22, 59, 59, tzinfo=UTC)


def veilig_thuis(occurred: datetime, recorded: datetime | None = None) -> Context:
    """Veilig Thuis says it."""
    return context(occurred, recorded, agency="veilig-thuis")


def service(moment: datetime) -> Context:
    """The service says it by itself."""
    return context(moment, agency=None, role=Role.SYSTEM, actor="watch")


def a_report(
    report_id: str = "r1",
    *,
    kind: ReporterKind = ReporterKind.PROFESSIONAL,
    agency: str | None = "school",
) -> Report:
    """A report by a teacher for the school, unless said otherwise."""
    return Report(
        report_id=report_id,
        reporter="Juf Vos",
        reporter_kind=kind,
        reporter_agency=agency,
        about=("bram",),
        text="Bruises on his arm.",
    )


def reported(
    family_id: str = "F1", report: Report | None = None, by: Context | None = None
) -> FamilyPlan:
    """A plan with a report at Veilig Thuis of 5 March, known the day after."""
    plan = opened(family_id)
    plan.receive_report(report or a_report(), by or veilig_thuis(at(5), at(6)))
    return plan


def the_id(kind: str, family_id: str = "F1", report_id: str = "r1") -> str:
    """The id of a report's term."""
    return term_id(family_id, kind, report_id)
