"""Commands about reports, feedback and the reporting code."""

from __future__ import annotations

from typing import Annotated

import typer

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
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import About, Item, NewId, Text, app, new_id
from services.lead.orders import Order


@lead_command(app)
def report(  # noqa: PLR0917 - a report has as many facts as it has
    reporter: Annotated[str, typer.Argument(help="Who reports.")],
    kind: Annotated[ReporterKind, typer.Argument(help="In what capacity.")],
    text: Text,
    about: About = None,
    reporter_agency: Annotated[
        str | None, typer.Option(help="The agency that is to hear what comes of it.")
    ] = None,
    incident_id: Annotated[
        str | None, typer.Option("--incident", help="The incident it is about.")
    ] = None,
    report_id: NewId = None,
) -> Order:
    """Put a report on the record. With it begin the terms to tell the reporter.

    Example: oneplan plan report GEZIN-A-2025 Buurvrouw neighbour "Hoort elke avond geschreeuw."
    """
    new = new_id("report", report_id)
    return Order(
        lambda plan, context: plan.receive_report(
            Report(
                report_id=new,
                reporter=reporter,
                reporter_kind=kind,
                reporter_agency=reporter_agency,
                about=tuple(about or ()),
                incident_id=incident_id,
                text=text,
            ),
            context,
        ),
        new,
    )


@lead_command(app)
def triage(
    report_id: Item,
    outcome: Annotated[TriageOutcome, typer.Argument(help="What follows.")],
    text: Text,
) -> Order:
    """Say what follows from a report.

    Example: oneplan plan triage GEZIN-A-2025 melding-1 investigation "Drie meldingen."
    """
    return Order(lambda plan, context: plan.triage_report(report_id, outcome, text, context))


@lead_command(app)
def investigation(
    report_id: Item,
    conclusion: Annotated[InvestigationConclusion, typer.Argument(help="What it found.")],
    text: Text,
) -> Order:
    """Say what the investigation of a report found.

    Example: oneplan plan investigation GEZIN-A-2025 melding-1 confirmed "De kinderen zeggen het."
    """
    return Order(
        lambda plan, context: plan.complete_investigation(report_id, conclusion, text, context)
    )


@lead_command(app)
def feedback(
    report_id: Item,
    stage: Annotated[FeedbackStage, typer.Argument(help="How far the report is.")],
    text: Annotated[str, typer.Argument(help="What the reporter was told, as it was told.")],
) -> Order:
    """Put on the record what the reporter was told. It goes to the reporter's agency as it stands.

    Example: oneplan plan feedback GEZIN-A-2025 melding-1 received "Uw melding is binnen."
    """
    return Order(lambda plan, context: plan.give_feedback(report_id, stage, text, context))


@lead_command(app)
def meldcode_step(  # noqa: PLR0917 - a step has as many facts as it has
    meldcode_id: Annotated[str, typer.Argument(help="The suspicion; the same for all its steps.")],
    step: Annotated[MeldcodeStep, typer.Argument(help="Which of the five steps.")],
    text: Text,
    about: About = None,
    with_whom: Annotated[str | None, typer.Option(help="Whom it was talked over with.")] = None,
    left_out_because: Annotated[
        str | None, typer.Option(help="Why the step was not taken.")
    ] = None,
    decision: Annotated[MeldcodeDecision | None, typer.Option(help="For the fifth step.")] = None,
) -> Order:
    """Put a step of the reporting code on the record.

    Example: oneplan plan meldcode-step GEZIN-A-2025 vermoeden-1 map-signals "Blauwe plekken."
    """
    return Order(
        lambda plan, context: plan.take_meldcode_step(
            MeldcodeStepTaken(
                meldcode_id=meldcode_id,
                step=step,
                about=tuple(about or ()),
                with_whom=with_whom,
                text=text,
                left_out_because=left_out_because,
                decision=decision,
            ),
            context,
        )
    )
