"""The lead's commands, through the same domain and the same store as the agencies' events.

One module a concept; each adds its commands to the group ``app``.
"""

from services.cli.plan_commands import (
    addresses,
    agreements,
    conferences,
    emergency,
    incidents,
    lifecycle,
    measures,
    merging,
    people,
    questions,
    reports,
    signals,
    voice,
    work,
)
from services.cli.plan_commands.base import app

__all__ = [
    "addresses",
    "agreements",
    "app",
    "conferences",
    "emergency",
    "incidents",
    "lifecycle",
    "measures",
    "merging",
    "people",
    "questions",
    "reports",
    "signals",
    "voice",
    "work",
]
