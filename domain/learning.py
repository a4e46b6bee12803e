"""Learning across families: what is counted of one family, and until when.

Families are counted by the quarter in which something began: a report came in, a measure ended.
What followed is counted with that quarter. A quarter closes, and what becomes known after that is
left out, so that what was told of it never changes: two answers on one question, with one family
more in between, would give that family away. The lengths are our working agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from domain.calendar import dutch_day, year_after
from domain.quarters import PER_YEAR
from domain.recurrence import is_after
from domain.values import FeedbackStage, MeasureForm, MemberId, UtcDateTime, Value

COHORT_CLOSES = 1
"""Quarters after its own in which a report or the end of a measure may still become known."""
FEEDBACK_CLOSES = 2
"""Quarters after that of the report in which its feedback counts."""
FOLLOW_UP_CLOSES = PER_YEAR + 1
"""Quarters in which what happened again counts: twelve months, and one for what is told late."""


class Topic(StrEnum):
    """What is counted."""

    REPORTS = "reports"
    FEEDBACK = "feedback"
    WAIT = "wait"
    MEASURES = "measures"


class Again(StrEnum):
    """Whether it happened again within twelve months: a report, or an incident by the same."""

    AGAIN = "again"
    NOT_AGAIN = "not-again"


class Answered(StrEnum):
    """How a stage of feedback went, over all of a family's reports in a quarter.

    ``unanswered`` when one was not answered, else ``late`` when one was answered after its term
    (where none runs for this stage it is never late), else ``in-term``. A report that no term for
    feedback ran on has nobody to tell; where all are like that, the family counts as such.
    """

    IN_TERM = "in-term"
    LATE = "late"
    UNANSWERED = "unanswered"
    NOBODY_TO_TELL = "nobody-to-tell"


class Mark(NamedTuple):
    """One thing that a family counts for: a topic, a group within it, and a part of that group.

    ``part`` is Again, Answered, or for ``wait`` the days of the family's longest wait.
    """

    topic: Topic
    group: str
    part: str


class CountedReport(Value):
    """A report: its Dutch day, when its terms for feedback end, and when feedback was given."""

    day: date
    due: Mapping[FeedbackStage, UtcDateTime] = Field(default_factory=dict)
    given: Mapping[FeedbackStage, UtcDateTime] = Field(default_factory=dict)

    @property
    def is_to_be_answered(self) -> bool:
        """Whether there is, or was, somebody to tell."""
        return bool(self.due or self.given)


class CountedMeasure(Value):
    """A measure that ended."""

    form: MeasureForm
    for_members: tuple[MemberId, ...]
    ended_on: date


class FamilyQuarter(Value):
    """What is known of one family in one quarter.

    Args:
        reports: those that became known before the quarter closed, by their id.
        report_days: the days of all reports, sorted.
        measures: those that ended, and of which that became known before the quarter closed.
        deeds: how many incidents there are of each member on each day. However many there are of
            a family, they take no more room than a quarter has days.
    """

    reports: Mapping[str, CountedReport] = Field(default_factory=dict)
    report_days: tuple[date, ...] = ()
    measures: Mapping[str, CountedMeasure] = Field(default_factory=dict)
    deeds: Mapping[MemberId, Mapping[date, int]] = Field(default_factory=dict)

    def with_deed(self, by: Iterable[MemberId], day: date, more: int = 1) -> FamilyQuarter:
        """This quarter with one more incident by these members, or with one less (-1)."""
        deeds = {member: dict(days) for member, days in self.deeds.items()}
        for member in by:
            days = deeds.setdefault(member, {})
            days[day] = days.get(day, 0) + more
            if not days[day]:
                del days[day]
            if not days:
                del deeds[member]
        return self.model_copy(update={"deeds": deeds})


def marks(quarter: FamilyQuarter, following: Sequence[FamilyQuarter]) -> frozenset[Mark]:
    """What a family counts for in a quarter.

    Args:
        following: the same family in the next four quarters.
    """
    quarters = (quarter, *following)
    return frozenset((*_report_marks(quarter, quarters), *_measure_marks(quarter, quarters)))


def median(families: Mapping[int, int]) -> int:
    """The number that half of the families are not above. Raises ValueError without families.

    Args:
        families: how many families there are for each number.
    """
    half = (sum(families.values()) + 1) // 2
    for number in sorted(families):
        half -= families[number]
        if half <= 0 < families[number]:
            return number
    raise ValueError("there is no median of nothing")


def _report_marks(quarter: FamilyQuarter, quarters: Iterable[FamilyQuarter]) -> Iterator[Mark]:
    reports = tuple(quarter.reports.values())
    if not reports:
        return
    days = [day for one in quarters for day in one.report_days]
    again = any(one.day < day <= year_after(one.day) for one in reports for day in days)
    yield Mark(Topic.REPORTS, "", _again(again))
    yield from _feedback_marks([one for one in reports if one.is_to_be_answered])


def _feedback_marks(reports: Sequence[CountedReport]) -> Iterator[Mark]:
    for stage in FeedbackStage:
        answered = _answered(stage, reports)
        yield Mark(Topic.FEEDBACK, stage.value, answered.value)
        if answered in {Answered.IN_TERM, Answered.LATE}:
            longest = max(_wait(one, one.given[stage]) for one in reports)
            yield Mark(Topic.WAIT, stage.value, str(longest))


def _answered(stage: FeedbackStage, reports: Sequence[CountedReport]) -> Answered:
    if not reports:
        return Answered.NOBODY_TO_TELL
    if not all(stage in one.given for one in reports):
        return Answered.UNANSWERED
    late = any(stage in one.due and one.given[stage] > one.due[stage] for one in reports)
    return Answered.LATE if late else Answered.IN_TERM


def _wait(report: CountedReport, given: UtcDateTime) -> int:
    """Calendar days; 0 also when a sender's clock has the answer before the report."""
    return max((dutch_day(given) - report.day).days, 0)


def _measure_marks(quarter: FamilyQuarter, quarters: Sequence[FamilyQuarter]) -> Iterator[Mark]:
    """A family counts once for each form, also when two measures of that form ended."""
    by_form: dict[MeasureForm, bool] = {}
    for measure in quarter.measures.values():
        again = any(
            is_after(measure.ended_on, day)
            for one in quarters
            for member in set(measure.for_members)
            for day in one.deeds.get(member, ())
        )
        by_form[measure.form] = by_form.get(measure.form, False) or again
    for form, again in by_form.items():
        yield Mark(Topic.MEASURES, form.value, _again(again))


def _again(again: bool) -> str:
    return (Again.AGAIN if again else Again.NOT_AGAIN).value
