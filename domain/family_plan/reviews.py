"""Reviews: family and professionals look at the plan together and decide how to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from domain.calendar import dutch_day
from domain.context import CLOCK_TOLERANCE, Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.values import Review, ReviewDecision


class ReviewHeld(PlanEvent):
    """The plan was reviewed: who was there, what was decided, and when the next review is."""

    TOPIC: ClassVar[str] = "oneplan.plan.ReviewHeld"

    review: Review

    def apply(self, plan: PlanCore) -> None:
        plan.items["review"][self.review.review_id] = True
        plan.items["review-decision"] |= {one.decision_id: True for one in self.review.decisions}


class Reviews(PlanCore):
    """Commands about reviews."""

    KINDS: ClassVar[tuple[str, ...]] = ("review", "review-decision")

    def hold_review(self, review: Review, context: Context) -> None:
        """Put a review on the record. A decision may be about a goal that has ended.

        Raises:
            Refused: when its id or that of a decision is taken, or its day lies in the future.
            UnknownItem: when a decision is about a goal that is not known (yet).
        """
        self._open_for(context)
        self._require_new("data.review_id", "review", review.review_id)
        if review.held_on > dutch_day(context.recorded_at + CLOCK_TOLERANCE):
            raise Refused(
                "data.held_on",
                f"{review.held_on} lies in the future; send the review once it was held",
            )
        self._require_decisions(review.decisions)
        self._record(ReviewHeld, context, review=review)

    def _require_decisions(self, decisions: Sequence[ReviewDecision]) -> None:
        given: set[str] = set()
        for place, decision in enumerate(decisions):
            field = f"data.decisions[{place}]"
            if decision.decision_id in given:
                raise Refused(f"{field}.decision_id", f"{decision.decision_id} is used twice")
            given.add(decision.decision_id)
            self._require_new(f"{field}.decision_id", "review-decision", decision.decision_id)
            if decision.goal_id is not None and decision.goal_id not in self.items["goal"]:
                raise self._unknown(f"{field}.goal_id", "goal", decision.goal_id)
