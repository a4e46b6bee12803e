"""Calendar periods as the rules count them, in Dutch days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

ADULT_AT = 18
"""Years; the age of majority (Burgerlijk Wetboek, book 1, article 233)."""

MONTHS_A_YEAR = 12


def months_after(day: date, count: int) -> date:
    """The same day so many months later; the last day of that month where it has no such day."""
    years, month = divmod(day.month - 1 + count, MONTHS_A_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def within_months(earlier: date, later: date, count: int) -> bool:
    """Whether ``later`` is the same day, or a later one at most so many months on."""
    return earlier <= later <= months_after(earlier, count)


def months_apart(one: date, other: date, count: int) -> bool:
    """Whether two days, in whichever order, lie at most so many months apart."""
    return within_months(min(one, other), max(one, other), count)


def is_minor(birth_date: date, day: date) -> bool:
    """Whether somebody was under age on a day. Who was not born yet is."""
    had_no_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - had_no_birthday < ADULT_AT
