"""Measures and what they did."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from domain.values.base import AgencyCode, ItemId, MemberId, PersonalLine, PersonalText, Value
from domain.values.work import LifeDomain


class MeasureKind(StrEnum):
    """Whether a measure helps or punishes. Both can be meant to end the same trouble."""

    HELP = "help"
    PENALTY = "penalty"


class MeasureForm(StrEnum):
    """What sort of measure it is, to compare what such measures do."""

    COUNSELLING = "counselling"
    PARENTING_SUPPORT = "parenting-support"
    TREATMENT = "treatment"
    TRAINING = "training"
    MEDIATION = "mediation"
    SHELTER = "shelter"
    PRACTICAL_HELP = "practical-help"
    SAFETY_DEVICE = "safety-device"
    SUPERVISION_ORDER = "supervision-order"
    WARNING_TALK = "warning-talk"
    FINE = "fine"
    COMMUNITY_SERVICE = "community-service"
    HALT = "halt"
    REPARATION = "reparation"
    RESTRAINING_ORDER = "restraining-order"
    PROBATION_SUPERVISION = "probation-supervision"
    DETENTION = "detention"
    OTHER = "other"


class Measure(Value):
    """Maatregel: help or penalty, for whom, by which agency, to what end, and why it fits them.

    ``begins_on`` and ``ends_on`` (as planned, None for open-ended) are Dutch calendar days.
    """

    measure_id: ItemId
    kind: MeasureKind
    form: MeasureForm
    name: PersonalLine
    agency: AgencyCode
    for_members: Annotated[tuple[MemberId, ...], Field(min_length=1)]
    life_domains: tuple[LifeDomain, ...] = ()
    aim: PersonalText
    why_it_fits: PersonalText
    begins_on: date
    ends_on: date | None = None

    @field_validator("ends_on")
    @classmethod
    def _ends_after_it_begins(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        begins_on = info.data.get("begins_on")
        if ends_on is not None and begins_on is not None and ends_on < begins_on:
            raise ValueError(f"lies before begins_on ({begins_on})")
        return ends_on


class MeasureEnd(StrEnum):
    """How a measure ended."""

    COMPLETED = "completed"
    STOPPED_EARLY = "stopped-early"
    NOT_STARTED = "not-started"


class Effect(StrEnum):
    """What a measure did, in the eyes of who says so."""

    HELPED = "helped"
    HELPED_PARTLY = "helped-partly"
    DID_NOTHING = "did-nothing"
    MADE_WORSE = "made-worse"
    UNCLEAR = "unclear"


class Outcome(Value):
    """Uitkomst: what a measure did, as the agency sees it or in a member's own words.

    ``member_id`` is whose words these are, None for the agency's.
    """

    outcome_id: ItemId
    measure_id: ItemId
    effect: Effect
    member_id: MemberId | None = None
    text: PersonalText
