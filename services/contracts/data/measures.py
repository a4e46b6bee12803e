"""Measures and what they did."""

from __future__ import annotations

from datetime import date

from domain.values import ItemId, Measure, MeasureEnd, Outcome, Text, Value


class MeasureStartedData(Measure):
    """Help or a penalty begins, or began earlier and becomes known now."""


class MeasureEndedData(Value):
    """A measure ended on a day."""

    measure_id: ItemId
    ended_on: date
    how: MeasureEnd
    text: Text


class OutcomeRecordedData(Outcome):
    """What a measure did, by the agency or in a member's own words."""


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.measure.started.v1": MeasureStartedData,
    "nl.oneplan.measure.ended.v1": MeasureEndedData,
    "nl.oneplan.outcome.recorded.v1": OutcomeRecordedData,
}
