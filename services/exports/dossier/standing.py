"""How something stands after all that was said of it, in a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from domain.family_plan import (
    ActionCancelled,
    ActionCompleted,
    ConcernResolved,
    GoalEnded,
    MeasureEnded,
    PlanEvent,
)
from domain.family_plan.agreements import SafetyAgreementEnded
from domain.family_plan.conferences import ConferenceClosed
from domain.family_plan.questions import QuestionAnswered, QuestionDropped
from domain.family_plan.signals import SignalAccepted, SignalLapsed, SignalSetAside
from domain.family_plan.voice import ConsentWithdrawn, ObjectionAnswered
from domain.values import AgreementEnd, GoalResult, MeasureEnd
from services.exports.dossier.model import Badge, Tone
from services.exports.texts import Texts

ENDINGS: Mapping[type[PlanEvent], tuple[str, Tone]] = MappingProxyType(
    {
        ConcernResolved: ("resolved", Tone.GOOD),
        ActionCompleted: ("done", Tone.GOOD),
        ActionCancelled: ("cancelled", Tone.PLAIN),
        QuestionAnswered: ("answered", Tone.GOOD),
        ObjectionAnswered: ("answered", Tone.GOOD),
        QuestionDropped: ("stays without an answer", Tone.PLAIN),
        SignalAccepted: ("taken up", Tone.GOOD),
        SignalSetAside: ("set aside", Tone.PLAIN),
        SignalLapsed: ("no longer so", Tone.PLAIN),
        ConsentWithdrawn: ("withdrawn", Tone.ALARM),
        ConferenceClosed: ("held", Tone.GOOD),
    }
)
"""What ends an item, and the word for it."""
TONES: Mapping[StrEnum, Tone] = MappingProxyType(
    {
        GoalResult.REACHED: Tone.GOOD,
        MeasureEnd.COMPLETED: Tone.GOOD,
        AgreementEnd.NO_LONGER_NEEDED: Tone.GOOD,
        MeasureEnd.STOPPED_EARLY: Tone.ALARM,
        AgreementEnd.BROKEN: Tone.ALARM,
    }
)
"""Of what ends in several ways."""


def standing(texts: Texts, told: Sequence[PlanEvent]) -> Badge:
    """How the item of a story stands; what came last decides."""
    for event in reversed(told):
        match event:
            case GoalEnded(result=end) | MeasureEnded(how=end) | SafetyAgreementEnded(how=end):
                return Badge(texts.word(end), TONES.get(end, Tone.PLAIN))
        if type(event) in ENDINGS:
            word, tone = ENDINGS[type(event)]
            return Badge(texts(word), tone)
    return Badge(texts("open"))
