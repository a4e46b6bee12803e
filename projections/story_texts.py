"""What an event of a family says: the text in it, and the one of our words that says most."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.values import (
    AgreementEnd,
    Effect,
    FeedbackStage,
    GoalResult,
    InvestigationConclusion,
    Manner,
    MeasureEnd,
    MeldcodeStep,
    Phase,
    ReporterKind,
    TermKind,
    TriageOutcome,
    Variant,
)
from projections.family_timeline import TimelineEntry

TEXTS = (
    *("text", "words", "answer", "reason", "result", "summary", "how", "next_step"),
    *("to", "against", "about", "task", "name", "place"),
)
"""Fields with what somebody said, the most telling first."""
WORDS: Mapping[str, tuple[type[StrEnum], str]] = {
    "TermStarted": (TermKind, "kind"),
    "TermMet": (TermKind, "kind"),
    "TermExpired": (TermKind, "kind"),
    "PhaseEntered": (Phase, "phase"),
    "VariantChosen": (Variant, "variant"),
    "MeldcodeStepRecorded": (MeldcodeStep, "step"),
    "ReportReceived": (ReporterKind, "reporter_kind"),
    "ReportTriaged": (TriageOutcome, "outcome"),
    "InvestigationCompleted": (InvestigationConclusion, "conclusion"),
    "FeedbackGiven": (FeedbackStage, "stage"),
    "OutcomeRecorded": (Effect, "effect"),
    "MeasureEnded": (MeasureEnd, "how"),
    "SafetyAgreementEnded": (AgreementEnd, "how"),
    "GoalEnded": (GoalResult, "result"),
    "ConversationHeld": (Manner, "manner"),
}
"""The one of our words that says most of such an event, and the field that has it."""


def word(entry: TimelineEntry) -> StrEnum | None:
    """The one of our words that says most of an event."""
    if entry.type not in WORDS:
        return None
    kind, field = WORDS[entry.type]
    value = found(entry.facts, field)
    return None if value is None else kind(value)


def text(facts: dict[str, Any]) -> str:
    """What was said: the most telling text of the event, or of the value it holds."""
    held = _held(facts)
    return next((said for name in TEXTS if (said := _said(held, name)) is not None), "")


def found(facts: dict[str, Any], name: str) -> str | None:
    """A text of the event, or of the one value it holds."""
    return _said(_held(facts), name)


def _held(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [facts, *(one for one in facts.values() if isinstance(one, dict))]


def _said(held: list[dict[str, Any]], name: str) -> str | None:
    for one in held:
        said = one.get(name)
        if isinstance(said, str):
            return said
    return None
