"""The words of what happens to the plan itself."""

from __future__ import annotations

from domain.family_plan import (
    PlanClosed,
    PlanOpened,
    PlanReopened,
)
from projections.summaries.base import words


@words.register
def _(event: PlanOpened) -> str:
    return f"Plan opened: {event.reason}"


@words.register
def _(event: PlanClosed) -> str:
    return f"Plan closed: {event.reason}"


@words.register
def _(event: PlanReopened) -> str:
    return f"Plan reopened: {event.reason}"
