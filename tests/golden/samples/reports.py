"""Samples of what follows a report, of terms and of the reporting code."""

from __future__ import annotations

from datetime import timedelta

from domain.context import Context
from domain.events import DomainEvent
from domain.keys import term_id
from domain.values import (
    AgencyCode,
    FeedbackStage,
    InvestigationConclusion,
    MeldcodeDecision,
    MeldcodeStep,
    MeldcodeStepTaken,
    Report,
    ReporterKind,
    Role,
    TriageOutcome,
)
from tests.golden.samples.plan_of import CONTEXT, KNOWN, later_events, sample_plan


def by(role: Role, agency: AgencyCode | None, *, days: int = 0) -> Context:
    """The circumstances of a command by somebody, so many days later."""
    later = KNOWN + timedelta(days=days)
    who = CONTEXT.provenance.model_copy(update={"role": role, "agency": agency})
    return Context(provenance=who, occurred_at=later, recorded_at=later)


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    veilig_thuis = by(Role.AGENCY, "veilig-thuis")
    plan.receive_report(
        Report(
            report_id="r1",
            reporter="intern begeleider",
            reporter_kind=ReporterKind.PROFESSIONAL,
            reporter_agency="school",
            about=("child",),
            text="slaapt in de klas",
        ),
        veilig_thuis,
    )
    plan.give_feedback("r1", FeedbackStage.RECEIVED, "uw melding is binnen", veilig_thuis)
    plan.triage_report("r1", TriageOutcome.INVESTIGATION, "wij zoeken het uit", veilig_thuis)
    plan.expire_term(term_id("F1", "feedback-triaged", "r1"), by(Role.SYSTEM, None, days=30))
    plan.complete_investigation(
        "r1",
        InvestigationConclusion.CONFIRMED,
        "er is zorg",
        by(Role.AGENCY, "veilig-thuis", days=40),
    )
    for step in MeldcodeStep:
        decision = MeldcodeDecision.REPORT_AND_HELP if step is MeldcodeStep.DECIDE else None
        talk = step is MeldcodeStep.TALK
        plan.take_meldcode_step(
            MeldcodeStepTaken(
                meldcode_id="m1",
                step=step,
                about=("child",),
                with_whom=None if talk else "aandachtsfunctionaris",
                text=f"stap {step.value}",
                left_out_because="vader zou mee komen" if talk else None,
                decision=decision,
            ),
            CONTEXT,
        )
    return later_events(plan)
