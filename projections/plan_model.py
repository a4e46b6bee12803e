"""What is read of a plan: its members, what worries, what was agreed, and who said so."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from domain.context import Provenance
from domain.family_plan.core import PlanEvent
from domain.values import (
    Action,
    AgencyCode,
    Clarification,
    ClosingReason,
    Concern,
    FamilyMember,
    Goal,
    Incident,
    LeadCaseworker,
    Line,
    Note,
    OwnWords,
    Party,
    Phase,
    PlanStatus,
    Report,
    Review,
    Role,
    SafetyAgreement,
    Strength,
    UtcDateTime,
    Variant,
)

State = Literal["open", "ended"]


class View(BaseModel):
    """Base of what is read from the plan: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SaidBy(View):
    """Who said so, in what capacity, and for which agency (None for the service itself)."""

    agency: AgencyCode | None
    actor: Line
    role: Role


class Said(View):
    """Who said something, when it happened, and when we came to know it."""

    said_by: SaidBy
    occurred_at: UtcDateTime
    recorded_at: UtcDateTime


class Ending(Said):
    """How and when something ended.

    ``result`` is a goal's result, how a safety agreement ended, ``completed`` or ``cancelled`` for
    an action, or None.
    """

    result: str | None
    text: str


class Told(Said):
    """Something that was said, and whether it still holds."""

    state: State = "open"
    ended: Ending | None = None


class MemberView(Told, FamilyMember):
    """A member of the family or its network."""


class PartyView(Told, Party):
    """An agency that takes part."""


class LeadView(Told, LeadCaseworker):
    """The lead; ``occurred_at`` is since when."""


class ConcernView(Told, Concern):
    """A worry."""


class StrengthView(Told, Strength):
    """What goes well."""


class SafetyAgreementView(Told, SafetyAgreement):
    """What was agreed so that everybody is safe."""


class ReviewView(Told, Review):
    """A look at the plan together, and what it decided."""


class VariantView(Said):
    """The variant that is followed, and why; ``occurred_at`` is since when."""

    variant: Variant
    reason: str


class PhaseView(Said):
    """The phase the plan is in, and why if that was said; ``occurred_at`` is since when."""

    phase: Phase
    text: str | None = None


class ActionView(Told, Action):
    """Something agreed."""


class OwnWordsView(Told, OwnWords):
    """What a member said that a goal means to them, and who wrote it down."""


class GoalView(Told, Goal):
    """A goal with its actions, beside it what it means to members in their own words."""

    actions: tuple[ActionView, ...] = ()
    own_words: tuple[OwnWordsView, ...] = ()


class ClarificationView(Said):
    """What has become clear about an incident; None stayed as it was."""

    clear: Clarification
    text: str


class IncidentView(Told, Incident):
    """Something that happened, as far as is known by now, and how it became clear."""

    clarified: tuple[ClarificationView, ...] = ()


class ReportView(Told, Report):
    """Something that was reported."""


class NoteView(Told, Note):
    """A remark."""


class PlanHeader(View):
    """How the plan itself stands.

    ``reason`` is that of the last opening, closing or reopening; ``version`` counts the events
    of the plan; ``changed_at`` is when we came to know the last of them. ``why`` and
    ``after_care_on`` (a Dutch calendar day) are those of a closed plan. ``next_review_on`` is what
    the review planned that was held last (on ``last_review_on``).
    """

    family_id: str
    status: PlanStatus
    opened_at: UtcDateTime
    reopened_at: UtcDateTime | None = None
    closed_at: UtcDateTime | None = None
    reason: str
    why: ClosingReason | None = None
    after_care_on: date | None = None
    variant: VariantView | None = None
    phase: PhaseView
    last_review_on: date | None = None
    next_review_on: date | None = None
    version: int
    changed_at: UtcDateTime


class PlanView(PlanHeader):
    """One family's plan. All lists are sorted by when it happened, then by id.

    Who was removed or left stands in ``former_members`` and ``former_parties`` only.
    """

    lead: LeadView | None
    members: tuple[MemberView, ...]
    former_members: tuple[MemberView, ...]
    parties: tuple[PartyView, ...]
    former_parties: tuple[PartyView, ...]
    strengths: tuple[StrengthView, ...]
    concerns: tuple[ConcernView, ...]
    safety_agreements: tuple[SafetyAgreementView, ...]
    goals: tuple[GoalView, ...]
    loose_actions: tuple[ActionView, ...]
    reviews: tuple[ReviewView, ...]
    incidents: tuple[IncidentView, ...]
    reports: tuple[ReportView, ...]
    notes: tuple[NoteView, ...]


def said(event: PlanEvent) -> dict[str, Any]:
    """Who said what an event says, and its two times: the facts of a :class:`Said`."""
    return {
        "said_by": said_by(event.provenance),
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
    }


def said_by(who: Provenance) -> SaidBy:
    """Who said something, as views show it."""
    return SaidBy(agency=who.agency, actor=who.actor, role=who.role)
