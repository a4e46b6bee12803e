"""Dutch days, worked out with a wall calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    beginning_of,
    dutch_day,
    end_of_day,
    first_moment_after,
    is_working_day,
    weeks_after,
    working_days_after,
    year_after,
)

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2025, 3, 5), True, id="a Wednesday"),
        pytest.param(date(2025, 3, 8), False, id="a Saturday"),
        pytest.param(date(2025, 3, 9), False, id="a Sunday"),
        pytest.param(date(2025, 4, 18), False, id="Good Friday, by article 3, second paragraph"),
        pytest.param(date(2025, 4, 21), False, id="Easter Monday"),
        pytest.param(date(2026, 4, 27), False, id="King's Day, a Monday"),
        pytest.param(date(2025, 5, 5), False, id="5 May, every year and not once in five"),
        pytest.param(date(2026, 5, 5), False, id="5 May in a year without a jubilee"),
        pytest.param(date(2025, 5, 29), False, id="Ascension Day"),
        pytest.param(date(2025, 5, 30), True, id="the day after Ascension Day is no holiday"),
        pytest.param(date(2025, 6, 9), False, id="Whit Monday"),
        pytest.param(date(2025, 12, 5), True, id="Saint Nicholas' Eve is no holiday"),
        pytest.param(date(2025, 12, 26), False, id="Boxing Day"),
    ],
)
def test_which_days_are_worked_on(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        # Thursday 6, Friday 7, Monday 10, Tuesday 11, Wednesday 12 March.
        pytest.param(date(2025, 3, 5), 5, date(2025, 3, 12), id="over a weekend"),
        # Good Friday 18 and Easter Monday 21 April: 17, 22, 23, 24, 25.
        pytest.param(date(2025, 4, 16), 5, date(2025, 4, 25), id="over Easter"),
        # 30 April, 1 and 2 May, then Tuesday 6 and Wednesday 7: 5 May is off.
        pytest.param(date(2025, 4, 29), 5, date(2025, 5, 7), id="over 5 May"),
        # From a Saturday the first working day is Monday.
        pytest.param(date(2025, 3, 8), 1, date(2025, 3, 10), id="from a weekend"),
        # Wednesday 24, then 25 and 26 are off and the weekend: Monday 29 December.
        pytest.param(date(2025, 12, 24), 1, date(2025, 12, 29), id="over Christmas"),
        pytest.param(date(2025, 3, 5), 0, date(2025, 3, 5), id="no days"),
    ],
)
def test_working_days_after(day: date, count: int, expected: date) -> None:
    assert working_days_after(day, count) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        pytest.param(date(2025, 3, 12), 10, date(2025, 5, 21), id="as the note of scenario a says"),
        # Ten weeks after 10 February is Easter Monday 21 April: the next working day is the 22nd.
        pytest.param(date(2025, 2, 10), 10, date(2025, 4, 22), id="ends on a holiday"),
        pytest.param(date(2025, 3, 8), 1, date(2025, 3, 17), id="ends on a Saturday"),
    ],
)
def test_weeks_after(day: date, count: int, expected: date) -> None:
    assert weeks_after(day, count) == expected


def test_a_day_ends_in_dutch_time_in_winter_and_in_summer() -> None:
    assert end_of_day(date(2025, 1, 15)) == datetime(2025, 1, 15, 22, 59, 59, tzinfo=UTC)
    assert end_of_day(date(2025, 7, 15)) == datetime(2025, 7, 15, 21, 59, 59, tzinfo=UTC)
    # The clock goes forward at 01:00 UTC of 30 March.
    assert end_of_day(date(2025, 3, 30)) == datetime(2025, 3, 30, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 3, 5), date(2026, 3, 5)),
        (date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_a_year_after(day: date, expected: date) -> None:
    assert year_after(day) == expected


@given(day=days, count=st.integers(1, 30))
def test_a_working_day_is_counted_once(day: date, count: int) -> None:
    end = working_days_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert is_working_day(end)
    assert sum(map(is_working_day, between)) == count


@given(day=days)
def test_the_last_second_of_a_day_is_of_that_day_and_the_next_is_not(day: date) -> None:
    assert dutch_day(end_of_day(day)) == day
    assert dutch_day(end_of_day(day) + timedelta(seconds=1)) == day + timedelta(days=1)


@given(day=days)
def test_a_day_is_over_when_the_next_one_begins(day: date) -> None:
    assert first_moment_after(day) == beginning_of(day + timedelta(days=1))
    assert dutch_day(beginning_of(day)) == day


def test_the_last_day_there_is_ends_too() -> None:
    assert first_moment_after(date.max) == datetime(9999, 12, 31, 23, 0, tzinfo=UTC)
