"""Samples of plan work: strengths, safety agreements, reviews, variant and phases."""

from __future__ import annotations

from datetime import date

from domain.events import DomainEvent
from domain.values import (
    AgreementEnd,
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
from tests.golden.samples.plan_of import CONTEXT, later_events, sample_plan


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    strength = Strength(
        strength_id="s1",
        life_domain=LifeDomain.SOCIAL_NETWORK,
        about=("mother", "child"),
        text="oma komt elke week",
    )
    plan.note_strength(strength, CONTEXT)
    agreement = SafetyAgreement(
        agreement_id="v1",
        text="bij ruzie gaat het kind naar oma",
        with_members=("mother", "child"),
        watched_by=Owner(name="wijkagent", kind=OwnerKind.PROFESSIONAL, agency="police"),
        begins_on=date(2026, 1, 5),
        review_on=date(2026, 4, 6),
    )
    plan.make_agreement(agreement, CONTEXT)
    plan.end_agreement("v1", AgreementEnd.REPLACED, "oma verhuist", CONTEXT)
    plan.choose_variant(Variant.HEAVY, "drie partijen", CONTEXT)
    plan.enter_phase(Phase.ANALYSIS, "iedereen is gesproken", CONTEXT)
    review = Review(
        review_id="e1",
        held_on=date(2026, 1, 5),
        present=("moeder", "Carla"),
        text="het gaat beter",
        decisions=(ReviewDecision(decision_id="b1", text="elke maand bellen"),),
        next_on=date(2026, 4, 6),
    )
    plan.hold_review(review, CONTEXT)
    return later_events(plan)
