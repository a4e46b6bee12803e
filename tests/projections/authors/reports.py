"""Random commands about what follows reports, terms and the reporting code, for histories."""

from __future__ import annotations

from domain.context import Context
from domain.values import (
    FeedbackStage,
    InvestigationConclusion,
    MeldcodeDecision,
    MeldcodeStep,
    MeldcodeStepTaken,
    Report,
    ReporterKind,
    TriageOutcome,
)
from tests.projections.authors.base import AGENCIES, Author, Give
from tests.projections.authors.signals import by_the_service

RECEIVERS = (*AGENCIES, "veilig-thuis")


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    plan = author.plan
    reports = plan.reports
    untriaged = [one for one, state in reports.items() if state.triage is None]
    unfinished = [
        one
        for one, state in reports.items()
        if state.triage is TriageOutcome.INVESTIGATION and not state.concluded
    ]
    untold = [
        (one, stage)
        for one, state in reports.items()
        for stage in FeedbackStage
        if state.owes_feedback and stage not in state.told
    ]

    def receive(context: Context) -> None:
        who = context.provenance.model_copy(update={"agency": author.pick(RECEIVERS)})
        report = Report(
            report_id=author.new_id("report"),
            reporter="somebody",
            reporter_kind=author.pick([None, *ReporterKind]),
            reporter_agency=author.pick([None, *AGENCIES]),
            text="heard it",
        )
        plan.receive_report(report, context.model_copy(update={"provenance": who}))

    def triage(context: Context) -> None:
        plan.triage_report(author.pick(untriaged), author.pick(TriageOutcome), "so", context)

    def complete(context: Context) -> None:
        conclusion = author.pick(InvestigationConclusion)
        plan.complete_investigation(author.pick(unfinished), conclusion, "so", context)

    def tell(context: Context) -> None:
        report_id, stage = author.pick(untold)
        plan.give_feedback(report_id, stage, "what you may know", context)

    def expire(context: Context) -> None:
        plan.expire_term(author.pick(plan.terms), by_the_service(context))

    def step(context: Context) -> None:
        taken = plan.items["meldcode-step"]
        meldcode_id = author.pick(("m0", "m1"))
        left = [one for one in MeldcodeStep if f"{meldcode_id}.{one.value}" not in taken]
        if not left:
            return
        decides = left == [MeldcodeStep.DECIDE]
        plan.take_meldcode_step(
            MeldcodeStepTaken(
                meldcode_id=meldcode_id,
                step=left[0],
                text="done",
                decision=MeldcodeDecision.HELP if decides else None,
            ),
            context,
        )

    can: list[Give] = [receive, step]
    can += [triage] if untriaged else []
    can += [complete] if unfinished else []
    can += [tell] if untold else []
    can += [expire] if plan.terms else []
    return can
