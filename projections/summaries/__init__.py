"""One line that says what an event is about: one module of words a concept."""

from projections.summaries import (
    addresses,
    conferences,
    emergency,
    erasing,
    incidents,
    measures,
    merging,
    people,
    plan,
    reports,
    signals,
    voice,
    work,
)
from projections.summaries.base import WIDTH, one_line, summary, words

__all__ = [
    "WIDTH",
    "addresses",
    "conferences",
    "emergency",
    "erasing",
    "incidents",
    "measures",
    "merging",
    "one_line",
    "people",
    "plan",
    "reports",
    "signals",
    "summary",
    "voice",
    "words",
    "work",
]
