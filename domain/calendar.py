"""Dutch calendar days: working days, public holidays, and when a day begins and ends.

The Algemene termijnenwet, article 3, says which days are public holidays; it counts Good Friday
and every fifth of May among them. Terms in days run to the end of a day in Dutch time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import OPTIONAL, PUBLIC, HolidayBase, country_holidays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SATURDAY = 5


def dutch_day(moment: datetime) -> date:
    """The calendar day in the Netherlands at a moment with an offset."""
    return moment.astimezone(AMSTERDAM).date()


def beginning_of(day: date) -> datetime:
    """The first moment of a Dutch calendar day, in UTC."""
    return datetime.combine(day, time.min, AMSTERDAM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last second of a Dutch calendar day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), AMSTERDAM).astimezone(UTC)


def first_moment_after(day: date) -> datetime:
    """When a Dutch calendar day is over, in UTC; of the last day there is as well."""
    return end_of_day(day) + timedelta(seconds=1)


def is_working_day(day: date) -> bool:
    """Whether it is no Saturday, Sunday or public holiday (Algemene termijnenwet, art. 1 and 3)."""
    return day.weekday() < SATURDAY and day not in _holidays()


def working_days_after(day: date, count: int) -> date:
    """The ``count``-th working day after a day, which itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def weeks_after(day: date, count: int) -> date:
    """So many weeks after a day; what would end on a day off ends on the next working day.

    Source: Algemene termijnenwet, article 1, first paragraph.
    """
    day += timedelta(weeks=count)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def year_after(day: date) -> date:
    """The same day a year later; for 29 February the last day of that month."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


@cache
def _holidays() -> HolidayBase:
    """Filled by the library, year by year as asked."""
    return country_holidays("NL", categories=(PUBLIC, OPTIONAL))
