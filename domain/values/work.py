"""What the plan is made of: life domains, concerns, goals, actions."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from domain.values.base import FamilyLine, FamilyText, ItemId, MemberId, PersonalText, Value
from domain.values.people import Owner


class PlanStatus(StrEnum):
    """Whether the plan takes changes. A merged one takes none: all goes to the other family's."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


class LifeDomain(StrEnum):
    """Leefgebied: the part of life that a goal or concern is about (1Gezin1Plan practice)."""

    SAFETY = "safety"
    PARENTING = "parenting"
    DEVELOPMENT = "development"
    WORK_AND_SCHOOL = "work-and-school"
    FINANCES = "finances"
    HOUSING = "housing"
    PHYSICAL_HEALTH = "physical-health"
    MENTAL_HEALTH = "mental-health"
    ADDICTION = "addiction"
    RELATIONS = "relations"
    SOCIAL_NETWORK = "social-network"
    JUSTICE = "justice"


class Concern(Value):
    """Zorg: what people worry about."""

    concern_id: ItemId
    life_domain: LifeDomain
    about: tuple[MemberId, ...] = ()
    text: PersonalText


class GoalResult(StrEnum):
    """How a goal ended."""

    REACHED = "reached"
    PARTLY_REACHED = "partly-reached"
    DROPPED = "dropped"


class Goal(Value):
    """Doel: what the family wants to reach in one life domain, and how and when that will show.

    ``measured_by`` says how everybody can see that it is reached, ``target_date`` by when.
    """

    goal_id: ItemId
    life_domain: LifeDomain
    text: FamilyText
    measured_by: FamilyText | None = None
    target_date: date | None = None


class Action(Value):
    """Actie: who does what by when, for a goal or on its own."""

    action_id: ItemId
    goal_id: ItemId | None = None
    owner: Owner
    text: PersonalText
    due: date | None = None


class Strength(Value):
    """Kracht: what goes well and can be built on."""

    strength_id: ItemId
    life_domain: LifeDomain
    about: tuple[MemberId, ...] = ()
    text: PersonalText


class SafetyAgreement(Value):
    """Veiligheidsafspraak: what is agreed so that everybody is safe, and who sees to it."""

    agreement_id: ItemId
    text: PersonalText
    with_members: Annotated[tuple[MemberId, ...], Field(min_length=1)]
    watched_by: Owner
    begins_on: date
    review_on: date | None = None

    @field_validator("review_on")
    @classmethod
    def _reviewed_after_it_begins(cls, review_on: date | None, info: ValidationInfo) -> date | None:
        begins_on = info.data.get("begins_on")
        if review_on is not None and begins_on is not None and review_on < begins_on:
            raise ValueError(f"lies before begins_on ({begins_on})")
        return review_on


class AgreementEnd(StrEnum):
    """How a safety agreement ended."""

    NO_LONGER_NEEDED = "no-longer-needed"
    REPLACED = "replaced"
    BROKEN = "broken"


class ReviewDecision(Value):
    """What a review decided, for the plan or for one goal of it."""

    decision_id: ItemId
    goal_id: ItemId | None = None
    text: FamilyText


class Review(Value):
    """Evaluatie: family and professionals look at the plan together and decide how to go on."""

    review_id: ItemId
    held_on: date
    present: Annotated[tuple[FamilyLine, ...], Field(min_length=1)]
    text: FamilyText
    decisions: tuple[ReviewDecision, ...] = ()
    next_on: date | None = None

    @field_validator("next_on")
    @classmethod
    def _next_comes_later(cls, next_on: date | None, info: ValidationInfo) -> date | None:
        held_on = info.data.get("held_on")
        if next_on is not None and held_on is not None and next_on <= held_on:
            raise ValueError(f"does not lie after held_on ({held_on})")
        return next_on


class Variant(StrEnum):
    """How much is needed around the family (1Gezin1Plan practice)."""

    LIGHT = "light"
    HEAVY = "heavy"


class Phase(StrEnum):
    """The six phases of a plan, in order (1Gezin1Plan practice)."""

    SIGN_UP = "sign-up"
    ACQUAINTANCE = "acquaintance"
    ANALYSIS = "analysis"
    PLANNING = "planning"
    CARRYING_OUT = "carrying-out"
    CLOSING = "closing"


class ClosingReason(StrEnum):
    """Why the work with a family ends."""

    GOALS_REACHED = "goals-reached"
    GOES_ON_WITHOUT_PLAN = "goes-on-without-plan"
    FAMILY_STOPS = "family-stops"
    MOVED_AWAY = "moved-away"
    OTHER = "other"
