"""The counters behind learning: event by event they come to what counting from scratch gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import dutch_day, year_after
from domain.events import DomainEvent
from domain.learning import Topic
from domain.quarters import quarter_of
from domain.values import Clarification, MeasureForm, Report
from projections.learning_counts import LearningCount
from projections.rows import Reader
from tests.projections.conftest import Read
from tests.projections.support import context, events_of, folded, recorded
from tests.projections.test_learning import SPRING, family, halt, history, noon, offend, report


def counts(reader: Reader, topic: Topic) -> dict[tuple[int, str, str], int]:
    """The counters of a topic, by quarter, group and part."""
    rows = reader.select(LearningCount, where={})
    return {(row.quarter, row.group, row.part): row.families for row in rows if row.topic is topic}


def test_who_did_it_may_become_clear_while_the_quarter_is_open(read: Read) -> None:
    plan = family("F1")
    halt(plan, SPRING)
    dark = offend(plan, SPRING + timedelta(days=40), by="unknown")
    own = (quarter_of(SPRING), MeasureForm.HALT.value)
    events = history([plan])
    assert counts(read(events), Topic.MEASURES) == {(*own, "not-again"): 1}
    plan.clarify_incident(
        dark, Clarification(by=("bram",)), "seen", context(noon(date(2026, 9, 30)))
    )
    events += history([plan])
    assert counts(read(events), Topic.MEASURES) == {(*own, "again"): 1}
    plan.clarify_incident(
        dark, Clarification(by=("anna",)), "no, her", context(noon(date(2026, 9, 30)))
    )
    events += history([plan])
    assert counts(read(events), Topic.MEASURES) == {(*own, "not-again"): 1}


def test_days_are_dutch_days(read: Read) -> None:
    plan = family("F1")
    # 22:30 UTC on 30 June is 00:30 on 1 July in the Netherlands.
    midnight = datetime(2025, 6, 30, 22, 30, tzinfo=UTC)
    plan.receive_report(Report(report_id="r1", reporter="a", text="t"), context(midnight))
    assert dutch_day(midnight) == date(2025, 7, 1)
    found = counts(read(history([plan])), Topic.REPORTS)
    assert found == {(quarter_of(date(2025, 7, 1)), "", "not-again"): 1}


@dataclass(frozen=True)
class Fact:
    """Something that happened in a family on a day, and when it became known."""

    family_id: str
    what: str
    day: date
    known: date
    by: str = "bram"


facts = st.builds(
    lambda family_id, what, day, delay, by: Fact(family_id, what, day, day + delay, by),
    st.sampled_from(["F1", "F2", "F3"]),
    st.sampled_from(["report", "halt", "incident"]),
    st.dates(date(2023, 1, 1), date(2026, 6, 30)),
    st.sampled_from([0, 0, 1, 80, 100, 300, 460, 700]).map(lambda days: timedelta(days=days)),
    st.sampled_from(["anna", "bram"]),
)


def told_in_time(fact: Fact, quarter: int, closes: int) -> bool:
    return quarter_of(fact.known) <= quarter + closes


def expected_reports(history: list[Fact]) -> Counter[tuple[int, str, str]]:
    """By the definition: for each family and quarter, over all of its facts."""
    found: Counter[tuple[int, str, str]] = Counter()
    for quarter in {quarter_of(fact.day) for fact in history}:
        for family_id in {fact.family_id for fact in history}:
            own = [f for f in history if f.family_id == family_id and f.what == "report"]
            begins = [
                f for f in own if quarter_of(f.day) == quarter and told_in_time(f, quarter, 1)
            ]
            repeats = [
                later
                for first in begins
                for later in own
                if first.day < later.day <= year_after(first.day)
                and told_in_time(later, quarter, 5)
            ]
            if begins:
                found[quarter, "", "again" if repeats else "not-again"] += 1
    return found


def expected_measures(history: list[Fact]) -> Counter[tuple[int, str, str]]:
    """By the definition: for each family and quarter, over all of its facts."""
    found: Counter[tuple[int, str, str]] = Counter()
    for quarter in {quarter_of(fact.day) for fact in history}:
        for family_id in {fact.family_id for fact in history}:
            own = [f for f in history if f.family_id == family_id]
            ended = [
                f
                for f in own
                if f.what == "halt" and quarter_of(f.day) == quarter and told_in_time(f, quarter, 1)
            ]
            again = [
                f
                for measure in ended
                for f in own
                if f.what == "incident"
                and f.by == "bram"
                and measure.day < f.day <= year_after(measure.day)
                and told_in_time(f, quarter, 5)
            ]
            if ended:
                found[quarter, "halt", "again" if again else "not-again"] += 1
    return found


@settings(max_examples=150, deadline=None)
@given(happened=st.lists(facts, max_size=25))
def test_counting_event_by_event_gives_what_counting_from_scratch_gives(
    happened: list[Fact],
) -> None:
    plans = {family_id: family(family_id) for family_id in ("F1", "F2", "F3")}
    events: list[DomainEvent] = []
    for fact in sorted(happened, key=lambda one: one.known):
        plan = plans[fact.family_id]
        if fact.what == "report":
            report(plan, fact.day, fact.known)
        elif fact.what == "halt":
            halt(plan, fact.day, fact.known)
        else:
            offend(plan, fact.day, fact.by, fact.known)
        events += events_of(plan)
    rows = folded(recorded(events))
    assert counts(rows, Topic.REPORTS) == expected_reports(happened)
    assert counts(rows, Topic.MEASURES) == expected_measures(happened)
    # Each stage of feedback divides the same families as the repeat reports do. If it did not,
    # the difference between two totals would be a group of its own.
    bases = {
        (group, quarter): sum(
            found for (q, g, _), found in counted.items() if (q, g) == (quarter, group)
        )
        for counted in (counts(rows, Topic.REPORTS), counts(rows, Topic.FEEDBACK))
        for quarter, group, _ in counted
    }
    for (_, quarter), base in bases.items():
        assert base == bases["", quarter]
