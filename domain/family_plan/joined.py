"""What a plan remembers while another family is part of it, and when it is part of another one.

From a merge on everything is recorded in the plan that goes on, under the names it uses. The
events of both families stay where they were recorded, so that the two can be split again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanEvent
from domain.family_plan.holdings import Holder
from domain.family_plan.names import Item, Names, items_named, members_named
from domain.family_plan.standing import Joining
from domain.values import PlanStatus

NOT_FACTS = frozenset({*PlanEvent.model_fields, "originator_topic"})


class Noted(NamedTuple):
    """An event recorded while another family was part of the plan: what it is about."""

    version: int
    items: tuple[Item, ...]
    members: frozenset[str]


@dataclass
class Guest:
    """A family that is part of this plan.

    All ids are as this plan calls them; ``names`` leads there from what the family called them.
    ``brought`` and ``members`` came with it, ``shared`` are the members that both had.
    ``own_items`` and ``own_members`` were this plan's before.
    """

    names: Names
    brought: frozenset[Item]
    members: frozenset[str]
    shared: frozenset[str]
    parties: tuple[str, ...]
    own_items: frozenset[Item]
    own_members: frozenset[str]
    since: list[Noted] = field(default_factory=list)


class Joined(Holder):
    """The state of being merged, and what follows from it for all commands."""

    guests: dict[str, Guest]
    """The families that are part of this plan, by family id."""
    merged_into: str | None
    """The family whose plan this one is part of."""
    status_before: PlanStatus
    """Before it was merged."""
    handed_back: set[Item]
    """Items that went back with a family. Their ids are not used again here."""
    was_joined: bool
    """Whether it was ever merged with another one."""

    def _start(self) -> None:
        super()._start()
        self.guests = {}
        self.merged_into = None
        self.status_before = self.status
        self.handed_back = set()
        self.was_joined = False

    def took(self, event: PlanEvent) -> None:
        """Note down what may have to go back to a family that is part of this plan."""
        if isinstance(event, Joining):
            self.was_joined = True
        if not self.guests or isinstance(event, Joining):
            return
        facts = event.model_dump(mode="json", exclude=set(NOT_FACTS))
        noted = Noted(
            event.originator_version,
            tuple(dict.fromkeys(items_named(facts))),
            frozenset(members_named(facts)),
        )
        for guest in self.guests.values():
            guest.since.append(noted)

    def _record(self, event_class: type[PlanEvent], context: Context, **facts: Any) -> None:
        if not issubclass(event_class, Joining):
            self._require_not_merged()
        super()._record(event_class, context, **facts)

    def _require_open(self) -> None:
        self._require_not_merged()
        super()._require_open()

    def _require_not_merged(self) -> None:
        if self.merged_into is not None:
            raise Refused(
                "subject",
                f"family {self.family_id} was merged into another family; "
                "act on the plan of that one, or split them first",
            )

    def _require_new(self, field: str, kind: str, item_id: str) -> None:
        super()._require_new(field, kind, item_id)
        if (kind, item_id) in self.handed_back:
            raise Refused(
                field,
                f"{kind} {item_id} went back to a family that was split off; "
                "give the new one its own id",
            )
