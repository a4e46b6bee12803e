"""Patterns over a family's history: pure rules that show and never decide.

Each incident by itself may look small; what counts shows when they lie next to each other. A rule
looks at the whole picture and gives what it sees with the events that prove it; whether that
means something is for the lead to say. None of them depends on the time of looking.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.patterns.picture import (
    KnownConcern,
    KnownIncident,
    KnownMeasure,
    KnownMember,
    KnownReport,
    Picture,
)
from domain.patterns.rule import Rule
from domain.patterns.table import RULES
from domain.values import Finding

__all__ = [
    "RULES",
    "KnownConcern",
    "KnownIncident",
    "KnownMeasure",
    "KnownMember",
    "KnownReport",
    "Picture",
    "Rule",
    "find_patterns",
]


def find_patterns(picture: Picture) -> Iterator[Finding]:
    """What all rules find, in the order of the table; each rule and key once."""
    for rule in RULES:
        yield from rule.findings(picture)
