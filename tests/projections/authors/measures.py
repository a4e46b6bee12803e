"""Random commands about measures, for histories."""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import dutch_day
from domain.context import Context
from domain.values import (
    Effect,
    Incident,
    IncidentKind,
    Measure,
    MeasureEnd,
    MeasureForm,
    MeasureKind,
    Outcome,
)
from tests.projections.authors.base import Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    writer = Measures(author)
    can: list[Give] = []
    if author.plan.members:
        can += [writer.start, writer.offend]
    if author.plan.items["measure"]:
        can.append(writer.outcome)
    if author.open_items("measure"):
        can.append(writer.end)
    return can


class Measures:
    """Gives a plan random commands about measures."""

    def __init__(self, author: Author) -> None:
        self.plan, self.pick, self.author = author.plan, author.pick, author

    def start(self, context: Context) -> None:
        begins_on = self._day(context, (-500, -100, -5, 0, 30))
        measure = Measure(
            measure_id=self.author.new_id("measure"),
            kind=self.pick(MeasureKind),
            form=self.pick([MeasureForm.HALT, MeasureForm.TRAINING]),
            name="a measure",
            agency=self.pick(["prosecution", "school"]),
            for_members=(self.pick(self.plan.members),),
            aim="peace",
            why_it_fits="they learn by doing",
            begins_on=begins_on,
            ends_on=self.pick([None, begins_on, begins_on + timedelta(days=90)]),
        )
        self.plan.start_measure(measure, context)

    def end(self, context: Context) -> None:
        measure_id = self.pick(self.author.open_items("measure"))
        begins_on, today = self.plan.measures_begin[measure_id], dutch_day(context.recorded_at)
        how = self.pick(MeasureEnd) if begins_on <= today else MeasureEnd.NOT_STARTED
        ended_on = self.pick([begins_on, max(begins_on, self._day(context, (-40, 0)))])
        self.plan.end_measure(measure_id, ended_on, how, "it is over", context)

    def outcome(self, context: Context) -> None:
        outcome = Outcome(
            outcome_id=self.author.new_id("outcome"),
            measure_id=self.pick(self.plan.items["measure"]),
            effect=self.pick(Effect),
            member_id=self.pick([None, *self.plan.members]),
            text="we sleep again",
        )
        self.plan.record_outcome(outcome, context)

    def offend(self, context: Context) -> None:
        """An incident whose doer is known, as recurrence needs."""
        incident = Incident(
            incident_id=self.author.new_id("incident"),
            kind=IncidentKind.PROPERTY,
            by=(self.pick(self.plan.members),),
            began_at=context.occurred_at - timedelta(days=self.pick([0, 20, 90])),
            text="it happened again",
        )
        self.plan.record_incident(incident, context)

    def _day(self, context: Context, offsets: tuple[int, ...]) -> date:
        return dutch_day(context.occurred_at) + timedelta(days=self.pick(offsets))
