"""Measures: help and penalties, how they ended and what they did."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.calendar import dutch_day, year_after
from domain.context import CLOCK_TOLERANCE, Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import ItemId, Measure, MeasureEnd, Outcome, PersonalText


class MeasureStarted(PlanEvent):
    """Help or a penalty begins, was agreed to begin, or began before and becomes known now."""

    TOPIC: ClassVar[str] = "oneplan.plan.MeasureStarted"

    measure: Measure

    def apply(self, plan: Measures) -> None:
        plan.items["measure"][self.measure.measure_id] = True
        plan.measures_begin[self.measure.measure_id] = self.measure.begins_on

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "measure", self.measure.measure_id),)


class MeasureEnded(PlanEvent):
    """A measure ended on a Dutch calendar day, or it became clear that it will not begin."""

    TOPIC: ClassVar[str] = "oneplan.plan.MeasureEnded"

    measure_id: ItemId
    ended_on: date
    how: MeasureEnd
    text: PersonalText

    def apply(self, plan: Measures) -> None:
        plan.items["measure"][self.measure_id] = False
        del plan.measures_begin[self.measure_id]


class OutcomeRecorded(PlanEvent):
    """What a measure did, as an agency sees it or in a member's own words."""

    TOPIC: ClassVar[str] = "oneplan.plan.OutcomeRecorded"

    outcome: Outcome

    def apply(self, plan: PlanCore) -> None:
        plan.items["outcome"][self.outcome.outcome_id] = True


class Measures(PlanCore):
    """Commands about measures."""

    KINDS: ClassVar[tuple[str, ...]] = ("measure", "outcome")

    measures_begin: dict[str, date]
    """On which day each measure begins that has not ended."""

    def _start(self) -> None:
        super()._start()
        self.measures_begin = {}

    def start_measure(self, measure: Measure, context: Context) -> None:
        """Put help or a penalty on the record, also one that began before the plan did.

        Its agency need not be a party: the prosecution's fine of last year counts too.

        Raises:
            Refused: when its id is taken, it is for somebody unknown, or it would begin more than
                a year from now.
            UnknownItem: when it is for a member the plan does not hold (yet).
        """
        self._open_for(context)
        self._require_new("data.measure_id", "measure", measure.measure_id)
        self._require_people("data.for_members", measure.for_members)
        if measure.begins_on > year_after(_today(context)):
            raise Refused(
                "data.begins_on",
                f"{measure.begins_on} lies more than a year ahead; "
                "put the measure on record once it is nearer",
            )
        self._record(MeasureStarted, context, measure=measure)

    def end_measure(
        self, measure_id: str, ended_on: date, how: MeasureEnd, text: str, context: Context
    ) -> None:
        """Say when and how a measure ended. One that never began has any day.

        Raises:
            UnknownItem: for a measure that is not known.
            Refused: when it has ended, or the day lies before its begin or in the future.
        """
        self._open_for(context)
        self._require_item("data.measure_id", "measure", measure_id)
        if how is not MeasureEnd.NOT_STARTED:
            self._require_past_day(measure_id, ended_on, context)
        self._record(
            MeasureEnded, context, measure_id=measure_id, ended_on=ended_on, how=how, text=text
        )

    def record_outcome(self, outcome: Outcome, context: Context) -> None:
        """Say what a measure did, while it runs or after it, as often as there is something new.

        Every agency may: the one that carried the measure out need not be a party.

        Raises:
            UnknownItem: for a measure or a member that is not known.
            Refused: when the outcome's id is taken, or these are somebody unknown's words.
        """
        self._open_to_reports(context)
        self._require_new("data.outcome_id", "outcome", outcome.outcome_id)
        if outcome.measure_id not in self.items["measure"]:
            raise self._unknown("data.measure_id", "measure", outcome.measure_id)
        if outcome.member_id is not None:
            self._require_person("data.member_id", outcome.member_id)
        self._record(OutcomeRecorded, context, outcome=outcome)

    def _require_past_day(self, measure_id: str, ended_on: date, context: Context) -> None:
        begins_on = self.measures_begin[measure_id]
        if ended_on < begins_on:
            raise Refused(
                "data.ended_on",
                f"{ended_on} lies before the measure begins ({begins_on}); "
                "if it never began, say not-started",
            )
        if ended_on > _today(context):
            raise Refused(
                "data.ended_on", f"{ended_on} lies in the future; say so once it has ended"
            )


def _today(context: Context) -> date:
    """The Dutch day on which we came to know it, by the sender's clock if that runs ahead."""
    return dutch_day(context.recorded_at + CLOCK_TOLERANCE)
