"""What an event says, in one line. Each module has the words of one concept."""

from __future__ import annotations

from functools import singledispatch

from domain.family_plan import PlanEvent

WIDTH = 160
"""Characters in a summary at most."""


def summary(event: PlanEvent) -> str:
    """What the event says, in one line of at most 160 characters, cut between words."""
    return one_line(words(event))


def one_line(text: str, width: int = WIDTH) -> str:
    """The text on one line. What does not fit is left out from a whole word on."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    return line[: max(line.rfind(" ", 0, width - 1), 0)] + " …"


@singledispatch
def words(event: PlanEvent) -> str:
    """What the event says. An event that nobody wrote words for is named by its class."""
    name = type(event).__name__
    return name[0] + "".join(f" {c.lower()}" if c.isupper() else c for c in name[1:])
