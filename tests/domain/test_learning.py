"""Learning: what one family counts for in a quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.learning import (
    Again,
    Answered,
    CountedMeasure,
    CountedReport,
    FamilyQuarter,
    Mark,
    Topic,
    marks,
    median,
)
from domain.quarters import quarter_name, quarter_of
from domain.values import FeedbackStage, MeasureForm

MAY = date(2025, 5, 10)
NOTHING = FamilyQuarter()


def reported(*days: date) -> FamilyQuarter:
    """A quarter with reports on these days."""
    reports = {f"r{place}": CountedReport(day=day) for place, day in enumerate(days)}
    return FamilyQuarter(reports=reports, report_days=days)


def of(topic: Topic, found: frozenset[Mark]) -> set[tuple[str, str]]:
    return {(mark.group, mark.part) for mark in found if mark.topic is topic}


@pytest.mark.parametrize(
    ("quarter", "following", "again"),
    [
        (reported(MAY), [], Again.NOT_AGAIN),
        # Two on one day are one report of two people, not a repeat.
        (reported(MAY, MAY), [], Again.NOT_AGAIN),
        (reported(MAY, MAY + timedelta(days=1)), [], Again.AGAIN),
        (reported(MAY), [NOTHING, NOTHING, NOTHING, reported(date(2026, 5, 10))], Again.AGAIN),
        (reported(MAY), [NOTHING, NOTHING, NOTHING, reported(date(2026, 5, 11))], Again.NOT_AGAIN),
        # The later one of two reports is less than a year before the third.
        (
            reported(MAY, MAY + timedelta(days=1)),
            [NOTHING, NOTHING, NOTHING, reported(date(2026, 5, 11))],
            Again.AGAIN,
        ),
    ],
)
def test_a_repeat_is_a_report_on_a_later_day_within_a_year(
    quarter: FamilyQuarter, following: list[FamilyQuarter], again: Again
) -> None:
    assert of(Topic.REPORTS, marks(quarter, following)) == {("", again.value)}


def test_a_report_that_came_to_be_known_too_late_is_a_repeat_but_no_begin() -> None:
    late = FamilyQuarter(report_days=(MAY + timedelta(days=9),))
    assert marks(late, []) == frozenset()
    both = reported(MAY).model_copy(update={"report_days": (MAY, *late.report_days)})
    assert of(Topic.REPORTS, marks(both, [])) == {("", Again.AGAIN.value)}


def at(day: int, hour: int = 12) -> datetime:
    """A moment in May 2025."""
    return datetime(2025, 5, day, hour, tzinfo=UTC)


RECEIVED, TRIAGED = FeedbackStage.RECEIVED, FeedbackStage.TRIAGED


def answered(*reports: CountedReport) -> FamilyQuarter:
    return FamilyQuarter(
        reports={f"r{place}": one for place, one in enumerate(reports)},
        report_days=tuple(sorted({one.day for one in reports})),
    )


IN_TIME = CountedReport(day=MAY, due={RECEIVED: at(12)}, given={RECEIVED: at(12)})
TOO_LATE = CountedReport(day=MAY, due={RECEIVED: at(12)}, given={RECEIVED: at(12, 13)})
NO_TERM = CountedReport(day=MAY, given={RECEIVED: at(30)})
SILENCE = CountedReport(day=MAY, due={RECEIVED: at(12)})
ANONYMOUS = CountedReport(day=MAY)


@pytest.mark.parametrize(
    ("reports", "expected", "wait"),
    [
        ([IN_TIME], Answered.IN_TERM, "2"),
        ([NO_TERM], Answered.IN_TERM, "20"),
        ([TOO_LATE, NO_TERM], Answered.LATE, "20"),
        ([IN_TIME, SILENCE], Answered.UNANSWERED, None),
        ([TOO_LATE, SILENCE], Answered.UNANSWERED, None),
        ([IN_TIME, ANONYMOUS], Answered.IN_TERM, "2"),
        ([ANONYMOUS, ANONYMOUS], Answered.NOBODY_TO_TELL, None),
    ],
)
def test_one_answer_too_late_or_none_counts_for_the_family(
    reports: list[CountedReport], expected: Answered, wait: str | None
) -> None:
    found = marks(answered(*reports), [])
    assert (RECEIVED.value, expected.value) in of(Topic.FEEDBACK, found)
    next_stage = Answered.UNANSWERED if expected is not Answered.NOBODY_TO_TELL else expected
    assert (TRIAGED.value, next_stage.value) in of(Topic.FEEDBACK, found)
    # From 10 May to 12 May are 2 days, to 30 May 20.
    assert of(Topic.WAIT, found) == (set() if wait is None else {(RECEIVED.value, wait)})


def test_an_answer_before_its_report_took_no_days() -> None:
    early = CountedReport(day=MAY, given={RECEIVED: at(9)})
    assert of(Topic.WAIT, marks(answered(early), [])) == {(RECEIVED.value, "0")}


def test_a_family_counts_once_for_a_form_and_for_what_those_it_was_for_did() -> None:
    measures = {
        "m1": CountedMeasure(form=MeasureForm.HALT, for_members=("son",), ended_on=MAY),
        "m2": CountedMeasure(form=MeasureForm.HALT, for_members=("mother",), ended_on=MAY),
        "m3": CountedMeasure(form=MeasureForm.FINE, for_members=("father",), ended_on=MAY),
    }
    quarter = FamilyQuarter(measures=measures).with_deed(("father", "son"), MAY)
    later = FamilyQuarter().with_deed(("son",), date(2025, 8, 1))
    # The incident on the last day of the measures was during them.
    assert of(Topic.MEASURES, marks(quarter, [])) == {
        ("halt", Again.NOT_AGAIN.value),
        ("fine", Again.NOT_AGAIN.value),
    }
    assert of(Topic.MEASURES, marks(quarter, [later])) == {
        ("halt", Again.AGAIN.value),
        ("fine", Again.NOT_AGAIN.value),
    }


def test_a_quarter_keeps_how_often_and_not_each_incident() -> None:
    once = FamilyQuarter().with_deed(("father", "son"), MAY)
    twice = once.with_deed(("son",), MAY)
    assert twice.deeds == {"father": {MAY: 1}, "son": {MAY: 2}}
    assert twice.with_deed(("son",), MAY, -1) == once
    assert once.with_deed(("father", "son"), MAY, -1) == FamilyQuarter()


days = st.dates(date(2025, 4, 1), date(2025, 6, 30))
moments = st.integers(-40, 140).map(lambda later: at(10) + timedelta(days=later))
stages = st.dictionaries(st.sampled_from(list(FeedbackStage)), moments)
reports = st.builds(CountedReport, day=days, due=stages, given=stages)
measures = st.builds(
    CountedMeasure,
    form=st.sampled_from([MeasureForm.HALT, MeasureForm.FINE]),
    for_members=st.sampled_from([("son",), ("son", "father")]),
    ended_on=days,
)
some_deeds = st.dictionaries(
    st.dates(date(2025, 4, 1), date(2026, 6, 30)), st.integers(1, 3), min_size=1
)
quarters = st.builds(
    FamilyQuarter,
    reports=st.dictionaries(st.sampled_from("abc"), reports),
    report_days=st.lists(days, max_size=3).map(tuple),
    measures=st.dictionaries(st.sampled_from("abc"), measures),
    deeds=st.dictionaries(st.just("son"), some_deeds),
)


@given(quarter=quarters, following=st.lists(quarters, max_size=4))
def test_in_each_group_a_family_is_in_one_part(
    quarter: FamilyQuarter, following: list[FamilyQuarter]
) -> None:
    """The rule of disclosure builds on this."""
    found = marks(quarter, following)
    groups = [(mark.topic, mark.group) for mark in found]
    assert len(groups) == len(set(groups))
    told_of_reports = {group for group in groups if group[0] is Topic.FEEDBACK}
    assert len(told_of_reports) == (len(FeedbackStage) if quarter.reports else 0)
    assert ((Topic.REPORTS, "") in groups) is bool(quarter.reports)
    forms = {mark.group for mark in found if mark.topic is Topic.MEASURES}
    assert forms == {one.form.value for one in quarter.measures.values()}


@given(numbers=st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_half_is_not_above_the_median_and_half_is_not_below(numbers: list[int]) -> None:
    found = median({one: numbers.count(one) for one in numbers})
    assert found in numbers
    assert sum(one <= found for one in numbers) * 2 >= len(numbers)
    assert sum(one >= found for one in numbers) * 2 >= len(numbers)


def test_there_is_no_median_of_nothing() -> None:
    with pytest.raises(ValueError, match="no median"):
        median({})


@given(day=st.dates(date(1900, 1, 1), date(2900, 1, 1)))
def test_quarters_count_on(day: date) -> None:
    next_day = day + timedelta(days=1)
    begins = next_day.day == 1 and next_day.month in {1, 4, 7, 10}
    assert quarter_of(next_day) - quarter_of(day) == int(begins)
    assert quarter_name(quarter_of(day)) == f"{day.year}-Q{(day.month + 2) // 3}"
