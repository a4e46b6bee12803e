"""The course of the plan: phase, variant, reviews, its end and a new beginning."""

from __future__ import annotations

from domain.family_plan import PlanClosed, PlanReopened
from domain.family_plan.phases import PhaseEntered, VariantChosen
from domain.family_plan.reviews import ReviewHeld
from domain.values import ClosingReason, Phase, Variant
from services.contracts.data.plan import (
    PhaseEnteredData,
    PlanClosedV2Data,
    PlanReopenedData,
    ReviewHeldData,
    VariantChosenData,
)
from services.web.pages.labels import mark
from services.web.pages.work.command import Command
from services.web.pages.work.fields import area, day, decisions, lines, one_of, why

COMMANDS = (
    Command(
        name="phase",
        label=mark("Next phase"),
        title=mark("Which phase is the plan in now?"),
        button=mark("Enter the phase"),
        done=mark("The plan is in another phase."),
        model=PhaseEnteredData,
        since=(PhaseEntered,),
        fields=(
            one_of("phase", mark("Phase"), Phase),
            area(
                "text",
                mark("Why?"),
                mark("Needed when the plan goes back to an earlier phase."),
                optional=True,
            ),
        ),
    ),
    Command(
        name="variant",
        label=mark("Light or heavy"),
        title=mark("How much is needed around this family?"),
        button=mark("Choose the variant"),
        done=mark("The variant is chosen."),
        model=VariantChosenData,
        since=(VariantChosen,),
        fields=(one_of("variant", mark("Variant"), Variant), why()),
    ),
    Command(
        name="review",
        label=mark("Review the plan"),
        title=mark("How is the plan going?"),
        intro=mark("You look at the plan together with the family, and decide how to go on."),
        button=mark("Record the review"),
        done=mark("The review is on record."),
        model=ReviewHeldData,
        makes="review",
        since=(ReviewHeld,),
        fields=(
            day("held_on", mark("When was it?"), today=True),
            lines("present", mark("Who was there?"), mark("One name a line.")),
            area("text", mark("How is it going?")),
            decisions(
                "decisions",
                mark("What was decided for the whole plan?"),
                mark("What was decided for each goal?"),
            ),
            day("next_on", mark("When is the next review?"), optional=True),
        ),
    ),
    Command(
        name="close",
        label=mark("Close the plan"),
        title=mark("Close the plan?"),
        intro=mark("The work with the family ends. Nothing is lost, and it can be reopened."),
        button=mark("Close the plan"),
        done=mark("The plan is closed."),
        model=PlanClosedV2Data,
        since=(PlanClosed, PlanReopened),
        ends=True,
        fields=(
            one_of("why", mark("Why does the work end?"), ClosingReason),
            why(mark("In words for the family")),
            day("after_care_on", mark("When does somebody ask how it goes?"), optional=True),
        ),
    ),
    Command(
        name="reopen",
        label=mark("Reopen the plan"),
        title=mark("Why does the work begin again?"),
        button=mark("Reopen the plan"),
        done=mark("The plan is open again."),
        model=PlanReopenedData,
        since=(PlanReopened,),
        fields=(why(),),
    ),
)
