"""Concerns: raised by anybody, resolved by the plan's parties."""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import Concern, ItemId, PersonalText


class ConcernRaised(PlanEvent):
    """Somebody worries about something in the family's life."""

    TOPIC: ClassVar[str] = "oneplan.plan.ConcernRaised"

    concern: Concern

    def apply(self, plan: PlanCore) -> None:
        plan.items["concern"][self.concern.concern_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "concern", self.concern.concern_id),)


class ConcernResolved(PlanEvent):
    """The worry is over, and how that came about."""

    TOPIC: ClassVar[str] = "oneplan.plan.ConcernResolved"

    concern_id: ItemId
    how: PersonalText

    def apply(self, plan: PlanCore) -> None:
        plan.items["concern"][self.concern_id] = False


class Concerns(PlanCore):
    """Commands about concerns."""

    KINDS: ClassVar[tuple[str, ...]] = ("concern",)

    def raise_concern(self, concern: Concern, context: Context) -> None:
        """Put a worry on the record. Every agency may, a party of the plan or not."""
        self._open_to_reports(context)
        self._require_new("data.concern_id", "concern", concern.concern_id)
        self._require_members("data.about", concern.about)
        self._record(ConcernRaised, context, concern=concern)

    def resolve_concern(self, concern_id: str, how: str, context: Context) -> None:
        """Put on the record how a worry ended. Raises UnknownItem, or Refused if it has ended."""
        self._open_for(context)
        self._require_item("data.concern_id", "concern", concern_id)
        self._record(ConcernResolved, context, concern_id=concern_id, how=how)
