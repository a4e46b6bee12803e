"""Random commands for random histories: one module a concept."""

from __future__ import annotations

from domain.values import PlanStatus
from tests.projections.authors import (
    addresses,
    conferences,
    emergency,
    erasing,
    handover,
    measures,
    questions,
    reports,
    signals,
    voice,
    work,
)
from tests.projections.authors.base import Author, Give

MODULES = (
    work,
    questions,
    reports,
    measures,
    voice,
    signals,
    conferences,
    addresses,
    emergency,
    handover,
    erasing,
)


def all_commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    own = author.commands()
    if author.plan.status is PlanStatus.CLOSED:
        return own + erasing.commands(author)
    return own + [give for module in MODULES for give in module.commands(author)]
