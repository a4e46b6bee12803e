"""The reporting code: which of the five steps were taken on each suspicion, and the decision."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.values import MeldcodeDecision, MeldcodeStep, MeldcodeStepTaken, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.current_plan import SaidBy, said_by
from projections.plan_model import View
from projections.projection import Projection
from projections.rows import Reader, Row, Rows
from projections.views import FamilyView

ORDER = tuple(MeldcodeStep)


class StepView(MeldcodeStepTaken):
    """A step that was taken, or left out for a reason; by whom and when."""

    said_by: SaidBy
    at: UtcDateTime
    recorded_at: UtcDateTime


class SuspicionView(View):
    """One suspicion: its steps in the code's order, which are still open, and the decision."""

    meldcode_id: str
    steps: tuple[StepView, ...]
    open: tuple[MeldcodeStep, ...]
    decision: MeldcodeDecision | None


class MeldcodeView(View):
    """The suspicions on which the reporting code was followed, in order of their first step."""

    family_id: str
    suspicions: tuple[SuspicionView, ...]


class StepRow(Row):
    """One step of one suspicion."""

    table: ClassVar[str] = "meldcode"
    key: ClassVar[tuple[str, ...]] = ("family_id", "meldcode_id", "step")

    family_id: str
    meldcode_id: str
    step: MeldcodeStep
    taken: StepView


projection = Projection("meldcode", 1, rows=(StepRow,))


def meldcode_view(reader: Reader, family_id: str, _now: datetime) -> MeldcodeView | None:
    """The suspicions of a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    found: dict[str, list[StepView]] = {}
    rows = reader.select(StepRow, where={"family_id": family_id})
    for row in sorted(rows, key=lambda row: (row.taken.at, row.meldcode_id)):
        found.setdefault(row.meldcode_id, []).append(row.taken)
    suspicions = tuple(_suspicion(meldcode_id, steps) for meldcode_id, steps in found.items())
    return MeldcodeView(family_id=family_id, suspicions=suspicions)


MELDCODE = FamilyView(
    name="meldcode",
    about="The five steps of the reporting code: taken, left out or open, and the decision.",
    model=MeldcodeView,
    projections=(projection, agency_families.projection),
    read=meldcode_view,
)


def _suspicion(meldcode_id: str, steps: list[StepView]) -> SuspicionView:
    by_step = {one.step: one for one in steps}
    decided = by_step.get(MeldcodeStep.DECIDE)
    return SuspicionView(
        meldcode_id=meldcode_id,
        steps=tuple(by_step[step] for step in ORDER if step in by_step),
        open=tuple(step for step in ORDER if step not in by_step),
        decision=None if decided is None else decided.decision,
    )


@projection.on(MeldcodeStepRecorded)
def _recorded(event: MeldcodeStepRecorded, _position: int, rows: Rows) -> None:
    rows.put(
        StepRow(
            family_id=event.family_id,
            meldcode_id=event.step.meldcode_id,
            step=event.step.step,
            taken=StepView(
                **dict(event.step),
                said_by=said_by(event.provenance),
                at=event.occurred_at,
                recorded_at=event.recorded_at,
            ),
        )
    )
