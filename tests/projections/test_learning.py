"""Learning across families: the counters are right, close in time, and tell of no small group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.events import DomainEvent
from domain.family_plan import FamilyPlan
from domain.learning import Again, Answered, Topic
from domain.quarters import quarter_of
from domain.values import (
    Clarification,
    FeedbackStage,
    Incident,
    IncidentKind,
    Measure,
    MeasureEnd,
    MeasureForm,
    MeasureKind,
    Report,
    ReporterKind,
)
from projections.learning import AfterMeasures, Feedback, RepeatReports, learning_view
from projections.learning_counts import LearningCount
from projections.rows import MemoryRows
from tests.projections.conftest import Read
from tests.projections.support import context, events_of, opened

SPRING = date(2025, 5, 10)
"""In the second quarter of 2025. Its year of following and the quarter after that end on 30
September 2026; feedback on its reports counts until 31 December 2025."""


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def family(family_id: str) -> FamilyPlan:
    """An open plan of Anna and Bram, since 2020."""
    return opened(family_id, noon(date(2020, 1, 6)))


def families(name: str, count: int) -> list[FamilyPlan]:
    return [family(f"{name}{number}") for number in range(count)]


def report(
    plan: FamilyPlan,
    day: date,
    known: date | None = None,
    kind: ReporterKind = ReporterKind.NEIGHBOUR,
) -> None:
    number = len(plan.items["report"])
    plan.receive_report(
        Report(report_id=f"r{number}", reporter="somebody", reporter_kind=kind, text="heard it"),
        context(noon(day), noon(known or day)),
    )


def halt(plan: FamilyPlan, ended_on: date, known: date | None = None) -> None:
    """A Halt measure for Bram that ended."""
    measure_id = f"m{len(plan.items['measure'])}"
    now = context(noon(known or ended_on))
    measure = Measure(
        measure_id=measure_id,
        kind=MeasureKind.PENALTY,
        form=MeasureForm.HALT,
        name="Halt",
        agency="halt",
        for_members=("bram",),
        aim="peace",
        why_it_fits="he learns by doing",
        begins_on=ended_on - timedelta(days=30),
    )
    plan.start_measure(measure, now)
    plan.end_measure(measure_id, ended_on, MeasureEnd.COMPLETED, "done", now)


def offend(plan: FamilyPlan, day: date, by: str = "bram", known: date | None = None) -> str:
    incident_id = f"i{len(plan.items['incident'])}"
    incident = Incident(
        incident_id=incident_id,
        kind=IncidentKind.PROPERTY,
        by=(by,),
        began_at=noon(day),
        text="again",
    )
    plan.record_incident(incident, context(noon(known or day)))
    return incident_id


def history(*groups: Iterable[FamilyPlan]) -> list[DomainEvent]:
    return events_of(*(plan for group in groups for plan in group))


def test_repeat_reports_and_measures_are_told_once_their_year_is_over(read: Read) -> None:
    again, once = families("again", 12), families("once", 15)
    for plan in (*again, *once):
        report(plan, SPRING)
        halt(plan, SPRING)
    for plan in again:
        report(plan, date(2026, 5, 10))
        offend(plan, date(2026, 5, 10))
    for plan in once:
        # A day too late, and somebody the measure was not for.
        report(plan, date(2026, 5, 11))
        offend(plan, date(2025, 8, 1), by="anna")
    reader = read(history(again, once))
    # 30 September is the last day, and a day is left for what was recorded on it.
    for early in (datetime(2026, 9, 30, 12, tzinfo=UTC), datetime(2026, 10, 1, 12, tzinfo=UTC)):
        found = learning_view(reader, early)
        assert (found.repeat_reports, found.after_measures) == ((), ())
    found = learning_view(reader, datetime(2026, 10, 2, 12, tzinfo=UTC))
    assert found.repeat_reports == (RepeatReports(quarter="2025-Q2", families=27, again=12),)
    assert found.after_measures == (
        AfterMeasures(quarter="2025-Q2", form=MeasureForm.HALT, families=27, again=12),
    )
    # Three years later the reports of spring 2026 are told, those of 2025 no longer.
    much_later = learning_view(reader, datetime(2029, 10, 2, 12, tzinfo=UTC))
    assert [one.quarter for one in much_later.repeat_reports] == ["2026-Q2"]


def test_a_small_group_is_not_told(read: Read) -> None:
    again, once = families("again", 9), families("once", 15)
    for plan in (*again, *once):
        report(plan, SPRING)
    for plan in again:
        report(plan, SPRING + timedelta(days=40))
        halt(plan, SPRING)
    found = learning_view(read(history(again, once)), datetime(2026, 12, 1, tzinfo=UTC))
    assert found.repeat_reports == (RepeatReports(quarter="2025-Q2", families=24, again=None),)
    assert found.after_measures == ()
    names = {name for plan in (*again, *once) for name in (plan.family_id, *plan.members)}
    assert not any(name in found.model_dump_json() for name in names)


def test_what_is_told_never_changes_by_what_becomes_known_later(read: Read) -> None:
    again, once = families("again", 12), families("once", 15)
    for plan in (*again, *once):
        report(plan, SPRING)
        halt(plan, SPRING)
    for plan in again:
        report(plan, SPRING + timedelta(days=40))
        offend(plan, SPRING + timedelta(days=40))
    events = history(again, once)
    before = learning_view(read(events), datetime(2026, 12, 1, tzinfo=UTC))
    assert before.repeat_reports[0].again == before.after_measures[0].again == 12

    more = families("more", 11)
    for plan in (*again, *once, *more):
        report(plan, SPRING + timedelta(days=50), known=date(2026, 10, 1))
        halt(plan, SPRING, known=date(2026, 10, 1))
        late = offend(plan, SPRING + timedelta(days=50), known=date(2026, 10, 1))
        plan.clarify_incident(
            late, Clarification(by=("anna",)), "seen", context(noon(date(2026, 10, 2)))
        )
    for plan in again:
        plan.clarify_incident(
            "i0", Clarification(by=("anna",)), "seen", context(noon(date(2026, 10, 2)))
        )
        answer(plan, FeedbackStage.RECEIVED, SPRING, known=date(2026, 1, 1))
    events += history(again, once, more)
    after = learning_view(read(events), datetime(2026, 12, 1, tzinfo=UTC))
    assert after == before


def answer(plan: FamilyPlan, stage: FeedbackStage, day: date, known: date | None = None) -> None:
    plan.give_feedback("r0", stage, "thank you", context(noon(day), noon(known or day)))


def test_time_to_feedback(read: Read) -> None:
    fast, slow, silent = families("fast", 12), families("slow", 11), families("silent", 13)
    anonymous = families("anonymous", 10)
    for plan in (*fast, *slow, *silent):
        report(plan, SPRING)
    for plan in anonymous:
        report(plan, SPRING, kind=ReporterKind.ANONYMOUS)
    for plan in fast:
        # What follows was told in two days, which says that the report was received as well.
        answer(plan, FeedbackStage.FOLLOW_UP, SPRING + timedelta(days=2))
    for plan in slow:
        answer(plan, FeedbackStage.RECEIVED, SPRING + timedelta(days=30))
    for plan in silent:
        answer(plan, FeedbackStage.RECEIVED, SPRING + timedelta(days=3), known=date(2026, 1, 1))
    reader = read(history(fast, slow, silent, anonymous))
    # The last day on which it may become known is 31 December 2025, and one day is left for it.
    assert learning_view(reader, datetime(2026, 1, 1, 12, tzinfo=UTC)).feedback == ()
    received, triaged, follow_up = learning_view(
        reader, datetime(2026, 1, 2, 12, tzinfo=UTC)
    ).feedback
    assert received == Feedback(
        quarter="2025-Q2",
        stage=FeedbackStage.RECEIVED,
        families=46,
        in_term=12,
        late=11,
        unanswered=13,
        nobody_to_tell=10,
        # Of 23 families the twelfth, from the shortest wait on, is the last with two days.
        median_days=2,
    )
    for stage in (triaged, follow_up):
        assert (stage.families, stage.in_term, stage.late) == (46, 12, 0)
        # All answers came after two days.
        assert (stage.unanswered, stage.nobody_to_tell, stage.median_days) == (24, 10, 2)


def test_no_median_without_answers(read: Read) -> None:
    silent = families("silent", 13)
    for plan in silent:
        report(plan, SPRING)
    received, *_ = learning_view(read(history(silent)), datetime(2026, 2, 1, tzinfo=UTC)).feedback
    assert (received.in_term, received.unanswered, received.median_days) == (0, 13, None)


def test_one_late_answer_hides_how_it_went(read: Read) -> None:
    fast, slow = families("fast", 12), families("slow", 1)
    for plan in (*fast, *slow):
        report(plan, SPRING)
        answer(plan, FeedbackStage.RECEIVED, SPRING + timedelta(days=1 if plan in fast else 90))
    received, *_ = learning_view(
        read(history(fast, slow)), datetime(2026, 2, 1, tzinfo=UTC)
    ).feedback
    assert received.families == 13
    assert (received.in_term, received.late, received.median_days) == (None, None, None)


sizes = st.integers(0, 30) | st.sampled_from([0, 9, 10, 11])
PARTS = {
    (Topic.REPORTS, ""): Again,
    (Topic.MEASURES, "halt"): Again,
    (Topic.FEEDBACK, "received"): Answered,
}


@given(data=st.data())
def test_no_number_that_is_told_is_of_one_to_nine_families(data: st.DataObject) -> None:
    rows, quarter = MemoryRows(), quarter_of(SPRING)
    for (topic, group), parts in PARTS.items():
        for part in parts:
            found = data.draw(sizes)
            if found:
                rows.put(
                    LearningCount(
                        quarter=quarter, topic=topic, group=group, part=part, families=found
                    )
                )
    rows.put(
        LearningCount(quarter=quarter, topic=Topic.WAIT, group="received", part="3", families=40)
    )
    view = learning_view(rows, datetime(2026, 12, 1, tzinfo=UTC))
    again = [(one.families, one.again) for one in view.repeat_reports]
    again += [(one.families, one.again) for one in view.after_measures]
    for families, some in again:
        assert families >= 10
        assert some is None or {some, families - some}.isdisjoint(range(1, 10))
    for one in view.feedback:
        told = [one.in_term, one.late, one.unanswered, one.nobody_to_tell]
        numbers = [number for number in told if number is not None]
        assert set(numbers).isdisjoint(range(1, 10))
        assert (len(numbers), sum(numbers)) == (4, one.families) or numbers == []
        assert one.families >= 10
        assert one.median_days is None or numbers
