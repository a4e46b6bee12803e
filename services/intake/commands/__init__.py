"""Which command of the plan each event type is: one module a concept."""

from services.intake.commands import (
    addresses,
    conferences,
    emergency,
    incidents,
    measures,
    people,
    plan,
    reports,
    signals,
    voice,
    work,
)
from services.intake.commands.base import command

__all__ = [
    "addresses",
    "command",
    "conferences",
    "emergency",
    "incidents",
    "measures",
    "people",
    "plan",
    "reports",
    "signals",
    "voice",
    "work",
]
