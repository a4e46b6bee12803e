"""The shapes in which is written what the parts of a plan hold at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.values import (
    AgreementEnd,
    Effect,
    FeedbackStage,
    InvestigationConclusion,
    MeasureEnd,
    MeldcodeDecision,
    Phase,
    TermKind,
    TriageOutcome,
    Variant,
)
from tests.scenarios.expected import Expected


class Kept(StrEnum):
    """Whether what had to be done by a day was done by then."""

    ON_TIME = "on time"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True)
class Did:
    """What a measure did, and in whose words; None for the agency's."""

    measure_id: str
    effect: Effect
    words_of: str | None = None


@dataclass(frozen=True)
class Due:
    """The last day on which something was to be done, by the Dutch calendar."""

    on: date
    kept: Kept


@dataclass(frozen=True)
class Talk:
    """Who of the family had their say in a conversation, and who was there without."""

    heard: frozenset[str]
    not_heard: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Met:
    """A conference: what was on its agenda, what was decided, what was left for another time."""

    agenda: tuple[str, ...]
    decisions: tuple[str, ...]
    unsettled: tuple[str, ...]


@dataclass(frozen=True)
class ExpectedDomain:
    """The parts of one plan at the end, by the ids that the file gives them."""

    scenario: Expected
    open_questions: frozenset[str]
    answered_questions: frozenset[str]
    dropped_questions: frozenset[str]
    clarified_incidents: tuple[str, ...]
    measures: Mapping[str, MeasureEnd | None]
    """How each ended; None while it runs."""
    outcomes: Mapping[str, Did]
    triages: Mapping[str, TriageOutcome]
    investigations: Mapping[str, InvestigationConclusion]
    feedback: Mapping[tuple[str, FeedbackStage], date]
    """On which day the reporter heard what."""
    terms: Mapping[tuple[TermKind, str], Due]
    meldcode: Mapping[str, MeldcodeDecision]
    """The decision of each of which all five steps are on record."""
    conversations: Mapping[str, Talk]
    own_words: tuple[tuple[str, str], ...]
    """Goal and member."""
    consents: Mapping[str, bool]
    """Whether each still holds."""
    objections: Mapping[str, bool]
    """Whether each was upheld."""
    look_backs: frozenset[str]
    strengths: frozenset[str]
    agreements: Mapping[str, AgreementEnd | None]
    reviews: Mapping[str, tuple[str, ...]]
    """The ids of what each decided."""
    conferences: Mapping[str, Met]
    variant: Variant
    phases: tuple[Phase, ...]
    """Those that were entered, in order; a closing and a reopening set one as well."""
    phase: Phase
    addresses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """From which members each is hidden."""
    emergencies: Mapping[str, bool] = field(default_factory=dict)
    """Whether each emergency access was justified."""


def received(report_id: str) -> tuple[str, FeedbackStage]:
    """That the reporter heard that the report has come in."""
    return report_id, FeedbackStage.RECEIVED


def triaged(report_id: str) -> tuple[str, FeedbackStage]:
    """That the reporter heard what the triage decided."""
    return report_id, FeedbackStage.TRIAGED


def follow_up(report_id: str) -> tuple[str, FeedbackStage]:
    """That the reporter heard what followed."""
    return report_id, FeedbackStage.FOLLOW_UP
