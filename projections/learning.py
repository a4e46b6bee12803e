"""What all families together teach: repeat reports, what measures did, time to feedback.

Each event changes the counters of a few quarters of one family (:mod:`domain.learning`), so that
reading is adding up a bounded number of rows, however many families there are. Nothing of one
family is read, and what is told of the counts is decided in :mod:`domain.disclosure`: it is the
same for every agency, and there are no totals over forms or quarters that a hidden number could
be subtracted from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from pydantic import Field

from domain.calendar import dutch_day
from domain.disclosure import SMALLEST_GROUP, told_parts, told_total
from domain.learning import (
    FEEDBACK_CLOSES,
    FOLLOW_UP_CLOSES,
    Again,
    Answered,
    Topic,
    median,
)
from domain.quarters import quarter_name, quarter_of
from domain.values import FeedbackStage, MeasureForm
from projections.learning_counts import LearningCount
from projections.plan_model import View
from projections.rows import Reader
from projections.views import CommonView

QUARTERS_TOLD = 12
"""How many quarters back the view goes, three years."""
SETTLING = timedelta(days=1)
"""A quarter is told a day after it closed, so that its last evening has been counted by then."""


class RepeatReports(View):
    """The families with a report in a quarter, and those with another one within twelve months.

    ``again`` is None where it may not be told.
    """

    quarter: str
    families: int
    again: int | None


class Feedback(View):
    """How the families' reports of a quarter were answered, at one stage of feedback.

    Args:
        in_term: families whose reports were all answered, none after its term.
        late: families whose reports were all answered, one of them after its term.
        unanswered: families with a report that was not answered.
        nobody_to_tell: families with anonymous reports only.
        median_days: calendar days of the longest wait of a family whose reports were answered;
            half of these families did not wait longer.
    """

    quarter: str
    stage: FeedbackStage
    families: int
    in_term: int | None
    late: int | None
    unanswered: int | None
    nobody_to_tell: int | None
    median_days: int | None


class AfterMeasures(View):
    """The families in which a measure of a form ended in a quarter.

    ``again`` is those in which somebody it was for did something again within twelve months, None
    where it may not be told.
    """

    quarter: str
    form: MeasureForm
    families: int
    again: int | None


class LearningView(View):
    """Counts of families, each list with the latest quarter first.

    A quarter is told once, when it has closed: half a year after it for feedback, a year and a
    quarter after it for what happened again. It does not change after that. What is not there
    has fewer than ``smallest_group`` families, or none.
    """

    smallest_group: int = SMALLEST_GROUP
    repeat_reports: tuple[RepeatReports, ...]
    feedback: tuple[Feedback, ...]
    after_measures: tuple[AfterMeasures, ...]


class Counts(View):
    """The counters of one quarter: for each topic and group, the families in each part."""

    quarter: int
    parts: dict[tuple[Topic, str], dict[str, int]] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The quarter as people write it."""
        return quarter_name(self.quarter)

    def of(self, topic: Topic, group: str = "") -> dict[str, int]:
        """The families in each part of a group."""
        return self.parts.get((topic, group), {})


def learning_view(reader: Reader, now: datetime) -> LearningView:
    """What may be told now."""
    current = quarter_of(dutch_day(now - SETTLING))
    last = current - FEEDBACK_CLOSES - 1
    oldest = current - FOLLOW_UP_CLOSES - QUARTERS_TOLD
    counts = {quarter: _counts(reader, quarter) for quarter in range(last, oldest - 1, -1)}

    def told(closes: int) -> list[Counts]:
        newest = current - closes - 1
        return [counts[newest - place] for place in range(QUARTERS_TOLD)]

    followed = told(FOLLOW_UP_CLOSES)
    return LearningView(
        repeat_reports=tuple(one for counted in followed for one in _repeats(counted)),
        feedback=tuple(one for counted in told(FEEDBACK_CLOSES) for one in _feedback(counted)),
        after_measures=tuple(one for counted in followed for one in _after_measures(counted)),
    )


LEARNING = CommonView(
    name="learning",
    about="Repeat reports, what measures did and time to feedback, over all families together.",
    model=LearningView,
    read=learning_view,
)


def _counts(reader: Reader, quarter: int) -> Counts:
    parts: defaultdict[tuple[Topic, str], dict[str, int]] = defaultdict(dict)
    for row in reader.select(LearningCount, where={"quarter": quarter}):
        parts[row.topic, row.group][row.part] = row.families
    return Counts(quarter=quarter, parts=dict(parts))


def _repeats(counts: Counts) -> Iterator[RepeatReports]:
    reports = counts.of(Topic.REPORTS)
    families = told_total(reports)
    if families is not None:
        yield RepeatReports(
            quarter=counts.name, families=families, again=_told(reports)(Again.AGAIN)
        )


def _feedback(counts: Counts) -> Iterator[Feedback]:
    for stage in FeedbackStage:
        answers = counts.of(Topic.FEEDBACK, stage)
        families = told_total(answers)
        if families is None:
            continue
        told = _told(answers)
        yield Feedback(
            quarter=counts.name,
            stage=stage,
            families=families,
            in_term=told(Answered.IN_TERM),
            late=told(Answered.LATE),
            unanswered=told(Answered.UNANSWERED),
            nobody_to_tell=told(Answered.NOBODY_TO_TELL),
            median_days=_median_days(counts, stage),
        )


def _median_days(counts: Counts, stage: FeedbackStage) -> int | None:
    waits = {int(days): families for days, families in counts.of(Topic.WAIT, stage).items()}
    told = told_parts(counts.of(Topic.FEEDBACK, stage)) is not None
    return median(waits) if told and told_total(waits) is not None else None


def _after_measures(counts: Counts) -> Iterator[AfterMeasures]:
    for form in MeasureForm:
        ended = counts.of(Topic.MEASURES, form)
        families = told_total(ended)
        if families is not None:
            yield AfterMeasures(
                quarter=counts.name, form=form, families=families, again=_told(ended)(Again.AGAIN)
            )


def _told(parts: dict[str, int]) -> Callable[[str], int | None]:
    """Gives how many families there are in a part, None for any when that may not be told."""
    told = told_parts(parts)
    return lambda part: None if told is None else told.get(part, 0)
