"""Random commands about plan work, for histories."""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import dutch_day
from domain.context import Context
from domain.values import (
    Action,
    AgreementEnd,
    ClosingReason,
    Goal,
    LifeDomain,
    Owner,
    OwnerKind,
    Phase,
    Review,
    ReviewDecision,
    SafetyAgreement,
    Strength,
    Variant,
)
from tests.projections.authors.base import Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    writer = Work(author)
    can: list[Give] = [
        writer.strength,
        writer.goal,
        writer.action,
        writer.review,
        writer.variant,
        writer.phase,
        writer.close,
    ]
    if author.plan.members:
        can.append(writer.agree)
    if author.open_items("agreement"):
        can.append(writer.end_agreement)
    return can


class Work:
    """Gives a plan random commands about plan work."""

    def __init__(self, author: Author) -> None:
        self.plan, self.pick, self.author = author.plan, author.pick, author

    def strength(self, context: Context) -> None:
        strength = Strength(
            strength_id=self.author.new_id("strength"),
            life_domain=self.pick(LifeDomain),
            about=tuple(self.plan.members)[:1],
            text="they laugh together",
        )
        self.plan.note_strength(strength, context)

    def agree(self, context: Context) -> None:
        begins_on = self._day(context, (-30, 0, 10))
        agreement = SafetyAgreement(
            agreement_id=self.author.new_id("agreement"),
            text="the door stays locked",
            with_members=(self.pick(self.plan.members),),
            watched_by=self._owner(),
            begins_on=begins_on,
            review_on=self.pick([None, begins_on, begins_on + timedelta(days=14)]),
        )
        self.plan.make_agreement(agreement, context)

    def end_agreement(self, context: Context) -> None:
        agreement_id = self.pick(self.author.open_items("agreement"))
        self.plan.end_agreement(agreement_id, self.pick(AgreementEnd), "so it is", context)

    def goal(self, context: Context) -> None:
        goal = Goal(
            goal_id=self.author.new_id("goal"),
            life_domain=self.pick(LifeDomain),
            text="calm",
            measured_by="no shouting",
            target_date=self._day(context, (0, 3, 60)),
        )
        self.plan.set_goal(goal, context)

    def action(self, context: Context) -> None:
        action = Action(
            action_id=self.author.new_id("action"),
            owner=self._owner(),
            text="call",
            due=self._day(context, (0, 3, 60)),
        )
        self.plan.agree_action(action, context)

    def review(self, context: Context) -> None:
        held_on = self._day(context, (-20, -1, 0))
        decision = ReviewDecision(
            decision_id=self.author.new_id("review-decision"),
            goal_id=self.pick([None, *self.plan.items["goal"]]),
            text="go on",
        )
        review = Review(
            review_id=self.author.new_id("review"),
            held_on=held_on,
            present=("Anna",),
            text="better",
            decisions=self.pick([(), (decision,)]),
            next_on=self.pick([None, held_on + timedelta(days=30)]),
        )
        self.plan.hold_review(review, context)

    def variant(self, context: Context) -> None:
        others = [one for one in Variant if one is not self.plan.variant]
        self.plan.choose_variant(self.pick(others), "it fits", context)

    def phase(self, context: Context) -> None:
        others = [one for one in Phase if one is not self.plan.phase]
        self.plan.enter_phase(self.pick(others), "it is time", context)

    def close(self, context: Context) -> None:
        after_care_on = self.pick([None, self._day(context, (0, 90))])
        why = self.pick(ClosingReason)
        self.plan.close("done", context, why=why, after_care_on=after_care_on)

    def _owner(self) -> Owner:
        kind = self.pick(OwnerKind)
        if kind is OwnerKind.PROFESSIONAL:
            return Owner(name="Karin", kind=kind, agency=self.pick(self.plan.parties))
        if kind is OwnerKind.FAMILY and self.plan.members:
            return Owner(name="Anna", kind=kind, member_id=self.pick(self.plan.members))
        return Owner(name="the neighbour", kind=OwnerKind.NETWORK)

    def _day(self, context: Context, offsets: tuple[int, ...]) -> date:
        return dutch_day(context.occurred_at) + timedelta(days=self.pick(offsets))
