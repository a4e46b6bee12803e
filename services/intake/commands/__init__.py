"""Which command of the plan each event type is: one module a concept."""

from services.intake.commands import (
    conferences,
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
    "command",
    "conferences",
    "incidents",
    "measures",
    "people",
    "plan",
    "reports",
    "signals",
    "voice",
    "work",
]
