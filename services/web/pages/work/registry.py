"""All that a lead does, one form each: to find the links for an item, and a form by its name."""

from __future__ import annotations

from services.web.pages.work import (
    of_conferences,
    of_course,
    of_goals,
    of_measures,
    of_people,
    of_questions,
    of_reports,
    of_safety,
    of_voice,
)
from services.web.pages.work.command import Command

COMMANDS: dict[str, Command] = {
    command.name: command
    for module in (
        of_goals,
        of_safety,
        of_questions,
        of_measures,
        of_voice,
        of_reports,
        of_people,
        of_course,
        of_conferences,
    )
    for command in module.COMMANDS
}
"""By name, in the order in which menus show them."""


def commands_for(kind: str | None) -> tuple[Command, ...]:
    """What can be done to an item of this kind; None: to the plan as a whole."""
    return tuple(one for one in COMMANDS.values() if one.on == kind)
