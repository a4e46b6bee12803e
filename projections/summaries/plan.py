"""The words of what happens to the plan itself: opening, closing, variant, phases, reviews."""

from __future__ import annotations

from domain.family_plan import (
    PlanClosed,
    PlanOpened,
    PlanReopened,
)
from domain.family_plan.phases import PhaseEntered, VariantChosen
from domain.family_plan.reviews import ReviewHeld
from projections.summaries.base import words


@words.register
def _(event: PlanOpened) -> str:
    return f"Plan opened: {event.reason}"


@words.register
def _(event: PlanClosed) -> str:
    why = f" ({event.why.value})" if event.why else ""
    after_care = f"; after-care on {event.after_care_on}" if event.after_care_on else ""
    return f"Plan closed{why}: {event.reason}{after_care}"


@words.register
def _(event: PlanReopened) -> str:
    return f"Plan reopened: {event.reason}"


@words.register
def _(event: VariantChosen) -> str:
    return f"{event.variant.value.capitalize()} variant chosen: {event.reason}"


@words.register
def _(event: PhaseEntered) -> str:
    return f"Phase {event.phase.value} entered" + (f": {event.text}" if event.text else "")


@words.register
def _(event: ReviewHeld) -> str:
    review = event.review
    parts = [f"Review of {review.held_on}: {review.text}"]
    parts += [f"decided: {decision.text}" for decision in review.decisions]
    if review.next_on is not None:
        parts.append(f"next on {review.next_on}")
    return "; ".join(parts)
