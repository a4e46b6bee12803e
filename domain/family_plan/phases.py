"""The variant of the plan, and the phase it is in.

A plan begins in the first phase and without a variant. Whoever closes it has brought it to the
last phase, said or not. A plan that is reopened is in the phase of analysis: the family is known,
and what happened since has to be understood first. Both are our working agreement.
"""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.values import FamilyText, Phase, Variant

FIRST_PHASE = Phase.SIGN_UP
PHASE_WHEN_CLOSED = Phase.CLOSING
PHASE_WHEN_REOPENED = Phase.ANALYSIS


class VariantChosen(PlanEvent):
    """From now on so much is organised around the family, for a reason."""

    TOPIC: ClassVar[str] = "oneplan.plan.VariantChosen"

    variant: Variant
    reason: FamilyText

    def apply(self, plan: Phases) -> None:
        plan.variant = self.variant


class PhaseEntered(PlanEvent):
    """The plan is in this phase from now on; the text says why, at least when it goes back."""

    TOPIC: ClassVar[str] = "oneplan.plan.PhaseEntered"

    phase: Phase
    text: FamilyText | None

    def apply(self, plan: Phases) -> None:
        plan.phase = self.phase


class Phases(PlanCore):
    """Commands about the variant and the phases."""

    variant: Variant | None
    phase: Phase

    def _start(self) -> None:
        super()._start()
        self.variant = None
        self.phase = FIRST_PHASE

    def choose_variant(self, variant: Variant, reason: str, context: Context) -> None:
        """Choose the light or the heavy variant. Raises Refused when it is followed already."""
        self._open_for(context)
        if variant is self.variant:
            raise Refused(
                "data.variant", f"the plan follows the {variant} variant already; leave it so"
            )
        self._record(VariantChosen, context, variant=variant, reason=reason)

    def enter_phase(self, phase: Phase, text: str | None, context: Context) -> None:
        """Go on to a later phase, or back to an earlier one for a reason. Phases may be skipped.

        Raises:
            Refused: when the plan is in this phase, or goes back without saying why.
        """
        self._open_for(context)
        if phase is self.phase:
            raise Refused("data.phase", f"the plan is in the phase {phase} already")
        if text is None and _goes_back(self.phase, phase):
            raise Refused(
                "data.text", f"from {self.phase} back to {phase} needs a reason; give it in text"
            )
        self._record(PhaseEntered, context, phase=phase, text=text)


def _goes_back(current: Phase, following: Phase) -> bool:
    order = list(Phase)
    return order.index(following) < order.index(current)
