"""What is due on which Dutch day, and when more will be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agenda import (
    SOON_DAYS,
    Due,
    DueKind,
    finding,
    is_due,
    is_reviewed,
    is_soon,
    next_change,
)
from domain.calendar import dutch_day
from domain.values import Evidence, Finding

DAY = date(2026, 6, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
DUES = st.builds(
    Due,
    kind=st.sampled_from(DueKind),
    on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    item_id=st.just("x1"),
)


@pytest.mark.parametrize("kind", [DueKind.ACTION, DueKind.GOAL, DueKind.REVIEW])
def test_what_has_to_be_done_by_a_day_is_overdue_from_the_next(kind: DueKind) -> None:
    due = Due(kind=kind, on=DAY, item_id="x1")
    assert [is_due(due, day) for day in (BEFORE, DAY, AFTER)] == [False, False, True]
    # 2 June begins in the Netherlands at 22:00 UTC on 1 June: summer time.
    assert next_change([due], DAY) == datetime(2026, 6, 1, 22, tzinfo=UTC)
    assert next_change([due], AFTER) is None


@pytest.mark.parametrize("kind", [DueKind.AGREEMENT, DueKind.AFTER_CARE])
def test_what_asks_for_attention_on_a_day_does_so_from_that_day(kind: DueKind) -> None:
    due = Due(kind=kind, on=DAY)
    assert [is_due(due, day) for day in (BEFORE, DAY, AFTER)] == [False, True, True]
    assert next_change([due], BEFORE) == datetime(2026, 5, 31, 22, tzinfo=UTC)


def test_soon_is_within_two_weeks() -> None:
    due = Due(kind=DueKind.ACTION, on=DAY, item_id="a1")
    days = [DAY - timedelta(days=left) for left in (15, 14, 0, -1)]
    assert [is_soon(due, day) for day in days] == [False, True, True, False]
    assert SOON_DAYS == 14


def test_a_review_on_the_day_of_an_agreement_or_later_meets_it() -> None:
    assert [is_reviewed(DAY, held) for held in (None, BEFORE, DAY, AFTER)] == [
        False,
        False,
        True,
        True,
    ]


FINDINGS = {
    DueKind.ACTION: ("action-overdue", "x1", "action x1 was planned for 2026-06-01"),
    DueKind.GOAL: ("goal-past-target", "x1", "goal x1 was planned for 2026-06-01"),
    DueKind.AGREEMENT: ("agreement-review-due", "x1", "agreement x1 was planned for 2026-06-01"),
    DueKind.REVIEW: ("review-overdue", "2026-06-01", "review was planned for 2026-06-01"),
}


@pytest.mark.parametrize("kind", FINDINGS)
def test_a_finding_says_what_in_ids_and_days(kind: DueKind) -> None:
    rule, key, detail = FINDINGS[kind]
    assert finding(Due(kind=kind, on=DAY, item_id="x1", about=("anna",))) == Finding(
        rule=rule,
        key=key,
        about=("anna",),
        detail=detail,
        evidence=(Evidence(kind=kind.value, item_id="x1"),),
    )


def test_after_care_is_about_the_plan_itself() -> None:
    assert finding(Due(kind=DueKind.AFTER_CARE, on=DAY)) == Finding(
        rule="after-care-due",
        key="2026-06-01",
        detail="after-care was planned for 2026-06-01",
        evidence=(),
    )


@given(dues=st.lists(DUES, max_size=6), today=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_nothing_changes_before_the_next_change(dues: list[Due], today: date) -> None:
    """Day by day: on the day of the next change something more is due, on none before it."""
    found = [is_due(one, today) for one in dues]
    following = next_change(dues, today)
    if following is None:
        assert all(found)
        return
    day = today
    while dutch_day(following) > day:
        assert [is_due(one, day) for one in dues] == found
        day += timedelta(days=1)
    assert sum(is_due(one, day) for one in dues) > sum(found)
    assert dutch_day(following - timedelta(seconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize("kind", list(DueKind))
def test_the_first_and_the_last_day_of_the_calendar_are_no_trouble(kind: DueKind) -> None:
    first, last = Due(kind=kind, on=date.min), Due(kind=kind, on=date.max)
    assert (is_due(first, DAY), is_due(last, DAY)) == (True, False)
    moment = next_change([first, last], DAY)
    assert moment is not None
    assert moment.year == 9999
