"""Which command of the plan each event type is: one module a concept."""

from services.intake.commands import (
    addresses,
    conferences,
    emergency,
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
from services.intake.commands.base import command
from services.intake.commands.merging import join

__all__ = [
    "addresses",
    "command",
    "conferences",
    "emergency",
    "incidents",
    "join",
    "measures",
    "merging",
    "people",
    "plan",
    "reports",
    "signals",
    "voice",
    "work",
]
