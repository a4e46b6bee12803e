"""The words about measures."""

from __future__ import annotations

from domain.family_plan import MeasureEnded, MeasureStarted, OutcomeRecorded
from projections.summaries.base import words


@words.register
def _(event: MeasureStarted) -> str:
    measure = event.measure
    what = f"{measure.kind.value.capitalize()} ({measure.form.value}) by {measure.agency}"
    return f"{what} from {measure.begins_on}: {measure.name}"


@words.register
def _(event: MeasureEnded) -> str:
    return f"Measure {event.measure_id} {event.how.value} on {event.ended_on}: {event.text}"


@words.register
def _(event: OutcomeRecorded) -> str:
    outcome = event.outcome
    whose = "" if outcome.member_id is None else f" in the words of {outcome.member_id}"
    return f"Outcome of measure {outcome.measure_id}{whose}, {outcome.effect.value}: {outcome.text}"
