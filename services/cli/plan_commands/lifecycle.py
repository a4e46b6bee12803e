"""Commands about the course of the plan: variant, phases, reviews, its end and a new beginning."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.calendar import dutch_day
from domain.context import Context
from domain.errors import Refused
from domain.family_plan import FamilyPlan
from domain.values import ClosingReason, Phase, Review, ReviewDecision, Variant
from services.cli.lead_command import lead_command
from services.cli.plan_commands.base import NewId, Text, app, day, new_id
from services.lead.orders import Order


@lead_command(app)
def variant(
    chosen: Annotated[Variant, typer.Argument(help="How much is needed around the family.")],
    reason: Text,
) -> Order:
    """Choose the light or the heavy variant of the plan.

    Example: oneplan plan variant GEZIN-A-2025 heavy "Zorgen over veiligheid en geld."
    """
    return Order(lambda plan, context: plan.choose_variant(chosen, reason, context))


@lead_command(app)
def phase(
    entered: Annotated[Phase, typer.Argument(help="The phase the plan is in from now on.")],
    text: Annotated[
        str | None, typer.Option(help="Why; needed when it goes back to an earlier phase.")
    ] = None,
) -> Order:
    """Go on to another phase of the plan.

    Example: oneplan plan phase GEZIN-A-2025 planning --text "Iedereen is gesproken."
    """
    return Order(lambda plan, context: plan.enter_phase(entered, text, context))


@lead_command(app)
def review(
    text: Annotated[str, typer.Argument(help="How it goes, in your own words.")],
    *,
    present: Annotated[
        list[str], typer.Option(help="Who was there, by name; may be given more than once.")
    ],
    decisions: Annotated[
        list[str] | None,
        typer.Option("--decision", metavar="TEXT", help="May be given more than once."),
    ] = None,
    goal_decisions: Annotated[
        list[str] | None,
        typer.Option(
            "--goal-decision",
            metavar="GOAL:TEXT",
            help="One about a goal; may be given repeatedly.",
        ),
    ] = None,
    held_on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="When; that day when left out.")
    ] = None,
    next_on: Annotated[
        str | None, typer.Option("--next", metavar="YYYY-MM-DD", help="When the next one is.")
    ] = None,
    review_id: NewId = None,
) -> Order:
    """Put a review of the plan on the record, with what was decided.

    Example: oneplan plan review GEZIN-A-2025 "Het gaat beter." --present moeder --present Karin
    --decision "We bellen elke week." --goal-decision "doel-1:Nog een maand." --next 2026-12-01
    """
    new = new_id("review", review_id)

    def hold(plan: FamilyPlan, context: Context) -> None:
        held = Review(
            review_id=new,
            held_on=day(held_on) or dutch_day(context.occurred_at),
            present=tuple(present),
            text=text,
            decisions=(
                *(_decision(None, decided) for decided in decisions or ()),
                *(_decision(*_goal_and_text(decided)) for decided in goal_decisions or ()),
            ),
            next_on=day(next_on),
        )
        plan.hold_review(held, context)

    return Order(hold, new)


@lead_command(app)
def close(
    reason: Text,
    why: Annotated[
        ClosingReason | None, typer.Option(help="Why the work with the family ends.")
    ] = None,
    after_care_on: Annotated[
        str | None,
        typer.Option("--after-care", metavar="YYYY-MM-DD", help="When somebody asks how it goes."),
    ] = None,
) -> Order:
    """Close the plan: the work with the family has ended.

    Example: oneplan plan close GEZIN-A-2025 "Het is al maanden rustig." --why goals-reached
    --after-care 2026-12-01
    """
    return Order(
        lambda plan, context: plan.close(reason, context, why=why, after_care_on=day(after_care_on))
    )


@lead_command(app)
def reopen(reason: Text) -> Order:
    """Reopen a closed plan.

    Example: oneplan plan reopen GEZIN-A-2025 "Nieuwe melding van school."
    """
    return Order(lambda plan, context: plan.reopen(reason, context))


def _decision(goal_id: str | None, text: str) -> ReviewDecision:
    return ReviewDecision(decision_id=new_id("decision", None), goal_id=goal_id, text=text)


def _goal_and_text(decided: str) -> tuple[str, str]:
    goal_id, _, text = decided.partition(":")
    if not text:
        raise Refused("goal-decision", "write it as goal:text, with the id of the goal first")
    return goal_id, text
