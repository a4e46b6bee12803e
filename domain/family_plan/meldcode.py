"""The five steps of the reporting code, as a professional took them.

Source: Besluit verplichte meldcode huiselijk geweld en kindermishandeling, article 2.
"""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import MeldcodeStep, MeldcodeStepTaken

BEFORE_DECIDING = (MeldcodeStep.MAP_SIGNALS, MeldcodeStep.WEIGH)
"""Nobody decides without having looked and weighed; the others may be left out for a reason."""


class MeldcodeStepRecorded(PlanEvent):
    """A professional took a step of the reporting code, or left it out for a reason."""

    TOPIC: ClassVar[str] = "oneplan.plan.MeldcodeStepRecorded"

    step: MeldcodeStepTaken

    def apply(self, plan: Meldcode) -> None:
        plan.items["meldcode-step"][_step_key(self.step.meldcode_id, self.step.step)] = False

    def makes_known(self) -> tuple[str, ...]:
        key = _step_key(self.step.meldcode_id, self.step.step)
        return (item_key(self.family_id, "meldcode-step", key),)


class Meldcode(PlanCore):
    """Commands about the reporting code."""

    KINDS: ClassVar[tuple[str, ...]] = ("meldcode-step",)

    def take_meldcode_step(self, step: MeldcodeStepTaken, context: Context) -> None:
        """Put a step on the record. Every agency may, a party of the plan or not.

        Steps may become known in any order, but for the decision, which waits for what it rests on.

        Raises:
            UnknownItem: for an unknown member, or a decision before signals were mapped and
                weighed.
            Refused: when this step was recorded before.
        """
        self._open_to_reports(context)
        self._require_members("data.about", step.about)
        taken = self.items["meldcode-step"]
        if _step_key(step.meldcode_id, step.step) in taken:
            raise Refused(
                "data.step", f"step {step.step} of {step.meldcode_id} is on the record already"
            )
        if step.step is MeldcodeStep.DECIDE:
            for needed in BEFORE_DECIDING:
                key = _step_key(step.meldcode_id, needed)
                if key not in taken:
                    raise self._unknown("data.step", "meldcode-step", key)
        self._record(MeldcodeStepRecorded, context, step=step)


def _step_key(meldcode_id: str, step: MeldcodeStep) -> str:
    return f"{meldcode_id}.{step.value}"
