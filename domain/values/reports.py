"""What follows a report: triage, investigation, feedback, and the steps of the reporting code."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from domain.values.base import ItemId, MemberId, PersonalLine, PersonalText, Value


class TriageOutcome(StrEnum):
    """What follows from the triage of a report."""

    INVESTIGATION = "investigation"
    HELP = "help"
    HANDED_OVER = "handed-over"
    NO_ACTION = "no-action"


class InvestigationConclusion(StrEnum):
    """What an investigation found."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"
    UNCLEAR = "unclear"


class FeedbackStage(StrEnum):
    """Terugkoppeling: what the reporter hears, in three stages."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    FOLLOW_UP = "follow-up"


class MeldcodeStep(StrEnum):
    """The five steps of the reporting code (Besluit verplichte meldcode, article 2)."""

    MAP_SIGNALS = "map-signals"
    CONSULT = "consult"
    TALK = "talk"
    WEIGH = "weigh"
    DECIDE = "decide"


class MeldcodeDecision(StrEnum):
    """What a professional decides in the fifth step."""

    REPORT = "report"
    HELP = "help"
    REPORT_AND_HELP = "report-and-help"
    NEITHER = "neither"


MAY_BE_LEFT_OUT = (MeldcodeStep.CONSULT, MeldcodeStep.TALK)
"""For a reason: a talk may endanger somebody, and there may be no time to consult."""


class MeldcodeStepTaken(Value):
    """One step that a professional took, or left out for a reason.

    ``meldcode_id`` is the same for all steps on one suspicion. ``left_out_because`` says why a
    step was not taken, for example because a talk would endanger somebody.

    Raises:
        ValueError: when the fifth step has no decision, or another one has; when a step is left out
            that a decision rests on.
    """

    meldcode_id: ItemId
    step: MeldcodeStep
    about: tuple[MemberId, ...] = ()
    with_whom: PersonalLine | None = None
    text: PersonalText
    left_out_because: PersonalText | None = None
    decision: MeldcodeDecision | None = None

    @model_validator(mode="after")
    def _the_fifth_step_decides(self) -> Self:
        if (self.step is MeldcodeStep.DECIDE) != (self.decision is not None):
            raise ValueError("the step decide has a decision, and no other step has one")
        return self

    @model_validator(mode="after")
    def _only_others_are_left_out(self) -> Self:
        """Nobody decides without having looked and weighed. Our working agreement."""
        if self.left_out_because is not None and self.step not in MAY_BE_LEFT_OUT:
            raise ValueError(f"only {' and '.join(MAY_BE_LEFT_OUT)} may be left out")
        return self
