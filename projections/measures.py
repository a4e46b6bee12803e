"""What was tried with a family, help and penalties, and what it did.

What somebody did again is computed from the family's incidents as they stand now, so an incident
whose doer becomes clear later counts from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar, Literal

from domain.calendar import dutch_day
from domain.events import DomainEvent
from domain.family_plan import (
    IncidentRecorded,
    MeasureEnded,
    MeasureStarted,
    OutcomeRecorded,
)
from domain.family_plan.incidents import IncidentClarified
from domain.recurrence import Deed, Recurrence, recurrence
from domain.values import Measure, MeasureEnd, Outcome, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.current_plan import SaidBy
from projections.plan_model import View, said
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView

State = Literal["planned", "running", "ended"]


class Said(View):
    """Who said something, when it happened, and when we came to know it."""

    said_by: SaidBy
    occurred_at: UtcDateTime
    recorded_at: UtcDateTime


class EndView(Said):
    """When and how a measure ended."""

    ended_on: date
    how: MeasureEnd
    text: str


class OutcomeView(Said, Outcome):
    """What a measure did, in the agency's eyes or in a member's own words (``member_id``)."""


class MeasureView(Said, Measure):
    """A measure, how it stands on the Dutch day of now, and what it did.

    Args:
        past_its_end: it should be over by its plan, and nobody has said how it ended.
        days: calendar days it ran, the first and the last (or today) included; 0 before it begins
            and for one that never began.
    """

    state: State
    past_its_end: bool
    days: int
    ended: EndView | None
    outcomes: tuple[OutcomeView, ...]
    recurrence: Recurrence


class MeasuresView(View):
    """What was tried with a family and what it did, by the day on which it began.

    The outcomes of a measure are in the order in which they were seen.
    """

    family_id: str
    measures: tuple[MeasureView, ...]


class MeasureRow(Row):
    """One measure and how it ended."""

    table: ClassVar[str] = "measures"
    key: ClassVar[tuple[str, ...]] = ("family_id", "measure_id")

    family_id: str
    measure_id: str
    said: Said
    measure: Measure
    ended: EndView | None = None


class OutcomeRow(Row):
    """One outcome."""

    table: ClassVar[str] = "measures_outcome"
    key: ClassVar[tuple[str, ...]] = ("family_id", "outcome_id")

    family_id: str
    outcome_id: str
    outcome: OutcomeView


class DeedRow(Row):
    """One incident of the family: who did it and when."""

    table: ClassVar[str] = "measures_deed"
    key: ClassVar[tuple[str, ...]] = ("family_id", "incident_id")

    family_id: str
    incident_id: str
    deed: Deed


projection = Projection("measures", 1, rows=(MeasureRow, OutcomeRow, DeedRow))


def measures_view(reader: Reader, family_id: str, now: datetime) -> MeasuresView | None:
    """What was tried with a family, or None when it has no plan."""
    own = {"family_id": family_id}
    if not has_plan(reader, family_id):
        return None
    today = dutch_day(now)
    deeds = tuple(row.deed for row in reader.select(DeedRow, where=own))
    outcomes: defaultdict[str, list[OutcomeView]] = defaultdict(list)
    for row in reader.select(OutcomeRow, where=own):
        outcomes[row.outcome.measure_id].append(row.outcome)
    views = [
        _view(row, outcomes[row.measure_id], deeds, today)
        for row in reader.select(MeasureRow, where=own)
    ]
    views.sort(key=lambda view: (view.begins_on, view.measure_id))
    return MeasuresView(family_id=family_id, measures=tuple(views))


MEASURES = FamilyView(
    name="measures",
    about="What was tried, help and penalties, what it did, and whether it happened again.",
    model=MeasuresView,
    projections=(projection, agency_families.projection),
    read=measures_view,
)


def _view(
    row: MeasureRow, outcomes: list[OutcomeView], deeds: tuple[Deed, ...], today: date
) -> MeasureView:
    measure = row.measure
    state = _state(row, today)
    began = _began(row, state)
    last = today if row.ended is None else row.ended.ended_on
    planned_end = measure.ends_on
    return MeasureView(
        **dict(row.said),
        **dict(measure),
        state=state,
        past_its_end=state == "running" and planned_end is not None and planned_end < today,
        days=(last - measure.begins_on).days + 1 if began else 0,
        ended=row.ended,
        outcomes=tuple(sorted(outcomes, key=lambda one: (one.occurred_at, one.outcome_id))),
        recurrence=recurrence(
            measure.for_members,
            measure.begins_on,
            None if row.ended is None else row.ended.ended_on,
            deeds,
            today,
        )
        if began
        else Recurrence(),
    )


def _state(row: MeasureRow, today: date) -> State:
    if row.ended is not None:
        return "ended"
    return "planned" if today < row.measure.begins_on else "running"


def _began(row: MeasureRow, state: State) -> bool:
    never = row.ended is not None and row.ended.how is MeasureEnd.NOT_STARTED
    return state != "planned" and not never


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    match event:
        case MeasureEnded():
            yield MeasureRow, (event.family_id, event.measure_id)
        case IncidentClarified():
            yield DeedRow, (event.family_id, event.incident_id)


@projection.on(MeasureStarted)
def _started(event: MeasureStarted, _position: int, rows: Rows) -> None:
    measure = event.measure
    rows.put(
        MeasureRow(
            family_id=event.family_id,
            measure_id=measure.measure_id,
            said=Said(**said(event)),
            measure=measure,
        )
    )


@projection.on(MeasureEnded)
def _ended(event: MeasureEnded, _position: int, rows: Rows) -> None:
    row = existing(rows, MeasureRow, event.family_id, event.measure_id)
    ended = EndView(**said(event), ended_on=event.ended_on, how=event.how, text=event.text)
    rows.put(row.model_copy(update={"ended": ended}))


@projection.on(OutcomeRecorded)
def _outcome(event: OutcomeRecorded, _position: int, rows: Rows) -> None:
    outcome = OutcomeView(**said(event), **dict(event.outcome))
    rows.put(OutcomeRow(family_id=event.family_id, outcome_id=outcome.outcome_id, outcome=outcome))


@projection.on(IncidentRecorded)
def _incident(event: IncidentRecorded, _position: int, rows: Rows) -> None:
    incident = event.incident
    deed = Deed(incident_id=incident.incident_id, by=incident.by, day=dutch_day(incident.began_at))
    rows.put(DeedRow(family_id=event.family_id, incident_id=deed.incident_id, deed=deed))


@projection.on(IncidentClarified)
def _clarified(event: IncidentClarified, _position: int, rows: Rows) -> None:
    if event.clear.by is None:
        return
    row = existing(rows, DeedRow, event.family_id, event.incident_id)
    rows.put(row.model_copy(update={"deed": row.deed.model_copy(update={"by": event.clear.by})}))
