"""What can be done from the page of a family: to the plan, and to each item of it."""

from __future__ import annotations

from dataclasses import dataclass

from services.web.pages.labels import mark
from services.web.pages.work.registry import COMMANDS, commands_for


@dataclass(frozen=True)
class Way:
    """A link to a form: its path, and what it says in English."""

    path: str
    label: str


@dataclass(frozen=True)
class Group:
    """Several of them under one heading."""

    title: str
    ways: tuple[Way, ...]


FIRST = ("action", "conversation", "note", "ask")
"""What is done every day."""
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (mark("Goals and work"), ("action", "concern", "strength", "agreement", "review")),
    (mark("The family"), ("conversation", "consent", "objection", "look-back", "add-member")),
    (mark("What happened"), ("incident", "note", "ask", "report", "meldcode", "address")),
    (mark("Agencies and help"), ("measure", "conference", "join")),
    (mark("Course of the plan"), ("phase", "variant", "close", "reopen", "release-lead")),
)
OF_SIGNALS = ("accept-signal", "set-aside")


class Menu:
    """The links of one family.

    Args:
        is_open: whether its plan takes changes; a closed one is reopened first.
    """

    def __init__(self, family_id: str, *, is_open: bool) -> None:
        self._family_id = family_id
        self._is_open = is_open

    @property
    def first(self) -> tuple[Way, ...]:
        """The links that stand there at once."""
        if not self._is_open:
            return (self._way("reopen"),)
        return (Way(f"/families/{self._family_id}/goals/new", mark("New goal")), *self._ways(FIRST))

    @property
    def groups(self) -> tuple[Group, ...]:
        """All that can be done to the plan, and the pages of its own."""
        ends = "reopen" if self._is_open else "close"
        return (
            *(
                Group(title, self._ways(tuple(one for one in names if one != ends)))
                for title, names in GROUPS
            ),
            Group(
                mark("More pages"),
                (
                    Way(f"/families/{self._family_id}/work", mark("Everything in the plan")),
                    Way(f"/families/{self._family_id}/conferences", mark("Case conferences")),
                    Way(f"/families/{self._family_id}/handover", mark("Hand over the plan")),
                ),
            ),
        )

    def at(self, kind: str, item_id: str) -> tuple[Way, ...]:
        """What can be done to an item."""
        if not self._is_open:
            return ()
        commands = commands_for(kind)
        return tuple(Way(one.path(self._family_id, item_id), one.label) for one in commands)

    def _ways(self, names: tuple[str, ...]) -> tuple[Way, ...]:
        return tuple(self._way(name) for name in names)

    def _way(self, name: str) -> Way:
        return Way(COMMANDS[name].path(self._family_id), COMMANDS[name].label)
