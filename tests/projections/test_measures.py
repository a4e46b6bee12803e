"""What was tried and what it did: each fact, how it stands today, whether it happened again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from domain.calendar import dutch_day
from domain.family_plan import (
    FamilyPlan,
    IncidentRecorded,
    MeasureStarted,
    OutcomeRecorded,
    PlanEvent,
)
from domain.values import (
    Clarification,
    Effect,
    Incident,
    IncidentKind,
    Measure,
    MeasureEnd,
    MeasureForm,
    MeasureKind,
    Outcome,
    Role,
)
from projections.measures import MEASURES, MeasuresView, measures_view
from projections.rows import Reader
from projections.summaries import summary
from services.read_model.source import RecordedEvent
from services.read_model.timetravel import view_replayed
from tests.golden.samples import sample_events
from tests.projections.conftest import Read
from tests.projections.strategies import FAMILIES, histories
from tests.projections.support import at, context, events_of, folded, opened, view_known_at

TRAINING = Measure(
    measure_id="training",
    kind=MeasureKind.HELP,
    form=MeasureForm.TRAINING,
    name="Walking away",
    agency="halt",
    for_members=("bram",),
    aim="No more fights.",
    why_it_fits="He learns by doing, and a fine means nothing to him.",
    begins_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 20),
)
FINE = TRAINING.model_copy(
    update={
        "measure_id": "fine",
        "kind": MeasureKind.PENALTY,
        "form": MeasureForm.FINE,
        "agency": "prosecution",
        "begins_on": date(2024, 5, 1),
        "ends_on": None,
    }
)


def view_of(reader: Reader, now: datetime, family_id: str = "F1") -> MeasuresView:
    found = measures_view(reader, family_id, now)
    assert found is not None
    return found


def incident(incident_id: str, began_at: datetime, *by: str) -> Incident:
    return Incident(
        incident_id=incident_id,
        kind=IncidentKind.PHYSICAL,
        by=by or ("bram",),
        began_at=began_at,
        text="a fight",
    )


def outcome(outcome_id: str, member_id: str | None, effect: Effect) -> Outcome:
    return Outcome(
        outcome_id=outcome_id,
        measure_id="training",
        effect=effect,
        member_id=member_id,
        text="He walks away now.",
    )


def tried() -> FamilyPlan:
    """A fine long ago, then a training, with incidents during it and after it."""
    plan = opened()
    plan.start_measure(TRAINING, context(at(2)))
    plan.start_measure(FINE, context(at(3)))
    plan.end_measure("fine", date(2024, 6, 1), MeasureEnd.COMPLETED, "Paid.", context(at(3)))
    plan.record_incident(incident("during", at(10)), context(at(10)))
    plan.record_incident(incident("anna-s", at(11), "anna"), context(at(11)))
    plan.record_outcome(
        outcome("own-words", "bram", Effect.HELPED_PARTLY), context(at(14), at(15), agency="school")
    )
    plan.record_outcome(outcome("first", None, Effect.HELPED), context(at(12), at(16)))
    ended_on = date(2026, 3, 20)
    plan.end_measure("training", ended_on, MeasureEnd.COMPLETED, "All evenings.", context(at(21)))
    plan.record_incident(incident("after", at(26)), context(at(26)))
    return plan


def test_what_was_tried_and_what_it_did(read: Read) -> None:
    view = view_of(read(events_of(tried())), at(30))
    fine, training = view.measures
    # The fine began first, though it became known later.
    assert (fine.measure_id, fine.state, fine.agency) == ("fine", "ended", "prosecution")
    # From 1 May to 1 June 2024, both included, are 32 days.
    assert fine.days == 32
    assert fine.ended is not None
    assert (fine.ended.ended_on, fine.ended.text) == (date(2024, 6, 1), "Paid.")
    # What Bram did in March 2026 is more than a year after the fine.
    assert (fine.recurrence.after, fine.recurrence.is_complete) == ((), True)
    assert fine.recurrence.followed_until == date(2025, 6, 1)

    assert Measure(**{name: getattr(training, name) for name in Measure.model_fields}) == TRAINING
    assert (training.state, training.days, training.past_its_end) == ("ended", 19, False)
    assert [(one.outcome_id, one.member_id, one.effect) for one in training.outcomes] == [
        ("first", None, Effect.HELPED),
        ("own-words", "bram", Effect.HELPED_PARTLY),
    ]
    words = training.outcomes[1]
    assert (words.said_by.agency, words.said_by.role) == ("school", Role.AGENCY)
    assert (words.occurred_at, words.recorded_at) == (at(14), at(15))
    again = training.recurrence
    assert [one.incident_id for one in again.during] == ["during"]
    assert [one.incident_id for one in again.after] == ["after"]
    # From 20 to 26 March.
    assert (again.first_after_days, again.is_complete) == (6, False)
    assert again.followed_until == date(2026, 3, 30)


def test_each_event_has_its_words() -> None:
    said = {summary(event) for event in sample_events() if isinstance(event, PlanEvent)}
    assert said >= {
        "Help (parenting-support) by youth-care from 2025-09-01: Samen aan tafel",
        "Measure m1 completed on 2025-11-28: alle avonden geweest",
        "Outcome of measure m1, helped-partly: we eten weer samen",
        "Outcome of measure m1 in the words of child, helped-partly: we eten weer samen",
    }


def test_planned_running_and_past_its_end(read: Read) -> None:
    plan = opened()
    later = TRAINING.model_copy(update={"begins_on": date(2026, 3, 10)})
    plan.start_measure(later, context(at(2)))
    reader = read(events_of(plan))
    # 22:30 UTC on 9 March is 23:30 in the Netherlands; an hour later it is the tenth there.
    for now, state, days, past in (
        (at(9, 22, 30), "planned", 0, False),
        (at(9, 23, 30), "running", 1, False),
        (at(20), "running", 11, False),
        (at(21), "running", 12, True),
    ):
        (found,) = view_of(reader, now).measures
        assert (found.state, found.days, found.past_its_end) == (state, days, past)
        assert found.ended is None


def test_a_measure_that_never_began_has_no_days_and_no_recurrence(read: Read) -> None:
    plan = opened()
    plan.start_measure(TRAINING, context(at(2)))
    plan.end_measure(
        "training", date(2026, 3, 6), MeasureEnd.NOT_STARTED, "No room.", context(at(6))
    )
    plan.record_incident(incident("i1", at(8)), context(at(8)))
    (found,) = view_of(read(events_of(plan)), at(10)).measures
    assert (found.state, found.days) == ("ended", 0)
    assert (found.recurrence.during, found.recurrence.after) == ((), ())


def test_an_incident_counts_once_it_is_clear_who_did_it(read: Read) -> None:
    plan = tried()
    plan.record_incident(incident("dark", at(28), "unknown"), context(at(28)))
    before = events_of(plan)
    plan.clarify_incident("dark", Clarification(by=("bram", "anna")), "Seen.", context(at(29)))
    plan.clarify_incident("after", Clarification(by=("anna",)), "Not him.", context(at(29)))
    plan.clarify_incident(
        "during", Clarification(kind=IncidentKind.PROPERTY), "A window.", context(at(29))
    )
    now = view_of(read([*before, *events_of(plan)]), at(30)).measures[1].recurrence
    assert [one.incident_id for one in now.during] == ["during"]
    assert [one.incident_id for one in now.after] == ["dark"]
    then = view_of(read(before), at(30)).measures[1].recurrence
    assert [one.incident_id for one in then.after] == ["after"]


def test_families_do_not_mix_and_a_stranger_has_none(read: Read) -> None:
    reader = read(events_of(tried(), opened("F2")))
    assert view_of(reader, at(30), "F2").measures == ()
    assert measures_view(reader, "F3", at(30)) is None


def test_what_was_known_then() -> None:
    earlier = view_known_at(MEASURES, events_of(tried()), "F1", at(12))
    assert earlier is not None
    training = earlier.measures[1]
    assert (training.state, training.outcomes) == ("running", ())
    assert [one.incident_id for one in training.recurrence.during] == ["during"]


NOW = datetime(2026, 6, 1, tzinfo=UTC)


@settings(max_examples=50, deadline=None)
@given(events=histories(max_size=40))
def test_the_view_holds_what_the_events_hold(events: list[RecordedEvent]) -> None:
    """Counted from the events, without the projection's own code."""
    rows = folded(events)
    for family_id in FAMILIES:
        own = [one.event for one in events if getattr(one.event, "family_id", "") == family_id]
        found = measures_view(rows, family_id, NOW)
        assert found == view_replayed(MEASURES, own, family_id, NOW)
        if found is None:
            assert own == []
            continue
        started = [one.measure for one in own if isinstance(one, MeasureStarted)]
        assert {one.measure_id for one in found.measures} == {one.measure_id for one in started}
        begins = [one.begins_on for one in found.measures]
        assert begins == sorted(begins)
        told = [one.outcome_id for measure in found.measures for one in measure.outcomes]
        assert sorted(told) == sorted(
            one.outcome.outcome_id for one in own if isinstance(one, OutcomeRecorded)
        )
        incidents = {
            one.incident.incident_id: dutch_day(one.incident.began_at)
            for one in own
            if isinstance(one, IncidentRecorded)
        }
        for measure in found.measures:
            for one in (*measure.recurrence.during, *measure.recurrence.after):
                assert incidents[one.incident_id] == one.day >= measure.begins_on
            assert (measure.days > 0) is (
                measure.state != "planned"
                and (measure.ended is None or measure.ended.how is not MeasureEnd.NOT_STARTED)
            )


@pytest.mark.parametrize("days", [1, 400])
def test_followed_for_a_year(days: int) -> None:
    rows = folded([RecordedEvent(n, e) for n, e in enumerate(events_of(tried()), start=1)])
    training = view_of(rows, at(20) + timedelta(days=days)).measures[1]
    # The year after 20 March 2026 has 365 days.
    assert training.recurrence.is_complete is (days > 365)
