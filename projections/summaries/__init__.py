"""One line that says what an event is about: one module of words a concept."""

from projections.summaries import (
    conferences,
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
    "conferences",
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
