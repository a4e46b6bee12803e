"""Calendar quarters, counted on, so that a quarter plus one is the next."""

from __future__ import annotations

from datetime import date

PER_YEAR = 4


def quarter_of(day: date) -> int:
    """The quarter in which a day lies, as a number that rises by one each quarter."""
    return day.year * PER_YEAR + (day.month - 1) // 3


def quarter_name(quarter: int) -> str:
    """A quarter as people write it, for example ``2026-Q1``."""
    year, place = divmod(quarter, PER_YEAR)
    return f"{year}-Q{place + 1}"
