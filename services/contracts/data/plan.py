"""The plan itself: opening, closing, reopening, variant, phases, reviews."""

from __future__ import annotations

from datetime import date

from domain.values import ClosingReason, FamilyMember, Party, Phase, Review, Text, Value, Variant


class PlanOpenedData(Value):
    """The plan of a family begins. The event's ``subject`` becomes the family's id."""

    reason: Text
    members: tuple[FamilyMember, ...] = ()
    parties: tuple[Party, ...]


class PlanClosedData(Value):
    """The work with the family ends. Superseded by version 2, and taken for ever."""

    reason: Text


class PlanClosedV2Data(Value):
    """The work with the family ends: why, and when somebody asks how it goes."""

    why: ClosingReason
    reason: Text
    after_care_on: date | None = None


class PlanReopenedData(Value):
    """The work with the family begins again."""

    reason: Text


class VariantChosenData(Value):
    """The light or the heavy variant of the plan is followed from now on."""

    variant: Variant
    reason: Text


class PhaseEnteredData(Value):
    """The plan is in this phase from now on."""

    phase: Phase
    text: Text | None = None


class ReviewHeldData(Review):
    """Family and professionals looked at the plan together."""


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.plan.opened.v1": PlanOpenedData,
    "nl.oneplan.plan.closed.v1": PlanClosedData,
    "nl.oneplan.plan.closed.v2": PlanClosedV2Data,
    "nl.oneplan.plan.reopened.v1": PlanReopenedData,
    "nl.oneplan.variant.chosen.v1": VariantChosenData,
    "nl.oneplan.phase.entered.v1": PhaseEnteredData,
    "nl.oneplan.review.held.v1": ReviewHeldData,
}
