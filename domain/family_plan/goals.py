"""Goals of the family, and the actions that serve them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from domain.calendar import dutch_day
from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.family_plan.owners import Owners
from domain.keys import item_key
from domain.values import Action, FamilyText, Goal, GoalResult, ItemId, PersonalText


class GoalSet(PlanEvent):
    """The family wants to reach something."""

    TOPIC: ClassVar[str] = "oneplan.plan.GoalSet"
    class_version: ClassVar[int] = 2

    goal: Goal

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 did not ask how and by when it will show."""
        state["goal"] |= {"measured_by": None, "target_date": None}

    def apply(self, plan: PlanCore) -> None:
        plan.items["goal"][self.goal.goal_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "goal", self.goal.goal_id),)


class GoalEnded(PlanEvent):
    """A goal was reached, partly reached or dropped."""

    TOPIC: ClassVar[str] = "oneplan.plan.GoalEnded"

    goal_id: ItemId
    result: GoalResult
    text: FamilyText

    def apply(self, plan: PlanCore) -> None:
        plan.items["goal"][self.goal_id] = False


class ActionAgreed(PlanEvent):
    """Somebody does something, by a date if one was agreed."""

    TOPIC: ClassVar[str] = "oneplan.plan.ActionAgreed"
    class_version: ClassVar[int] = 2

    action: Action

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 had the owner as one line of text."""
        action = state["action"]
        action["owner"] = {
            "name": action["owner"],
            "kind": None,
            "member_id": None,
            "agency": None,
        }

    def apply(self, plan: Goals) -> None:
        plan.items["action"][self.action.action_id] = True
        if self.action.due is not None:
            plan.action_due[self.action.action_id] = self.action.due

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "action", self.action.action_id),)


class ActionCompleted(PlanEvent):
    """What was agreed is done, and what came of it."""

    TOPIC: ClassVar[str] = "oneplan.plan.ActionCompleted"

    action_id: ItemId
    result: PersonalText

    def apply(self, plan: Goals) -> None:
        plan.items["action"][self.action_id] = False
        plan.action_due.pop(self.action_id, None)


class ActionCancelled(PlanEvent):
    """What was agreed will not be done, and why."""

    TOPIC: ClassVar[str] = "oneplan.plan.ActionCancelled"

    action_id: ItemId
    reason: PersonalText

    def apply(self, plan: Goals) -> None:
        plan.items["action"][self.action_id] = False
        plan.action_due.pop(self.action_id, None)


class Goals(Owners):
    """Commands about goals and actions."""

    KINDS: ClassVar[tuple[str, ...]] = ("goal", "action")

    action_due: dict[str, date]
    """The Dutch calendar day on which each open action with a due day has to be done."""

    def _start(self) -> None:
        super()._start()
        self.action_due = {}

    def set_goal(self, goal: Goal, context: Context) -> None:
        """Add a goal. Raises Refused when its id is taken, or its day lies before it was set."""
        self._open_for(context)
        self._require_new("data.goal_id", "goal", goal.goal_id)
        _require_not_before(context, "data.target_date", goal.target_date)
        self._record(GoalSet, context, goal=goal)

    def end_goal(self, goal_id: str, result: GoalResult, text: str, context: Context) -> None:
        """Say how a goal ended. Raises UnknownItem, or Refused if it has ended."""
        self._open_for(context)
        self._require_item("data.goal_id", "goal", goal_id)
        self._record(GoalEnded, context, goal_id=goal_id, result=result, text=text)

    def agree_action(self, action: Action, context: Context) -> None:
        """Agree an action. Its day is looked at only if it says on whose side its owner stands.

        Raises:
            UnknownItem: when it serves a goal, or is for a member, that is not known (yet).
            Refused: when its id is taken, its goal has ended, its owner's agency is not a party,
                or it would have to be done before the day on which it was agreed.
        """
        self._open_for(context)
        self._require_new("data.action_id", "action", action.action_id)
        if action.goal_id is not None:
            self._require_item("data.goal_id", "goal", action.goal_id)
        self._require_owner("data.owner", action.owner)
        if action.owner.kind is not None:
            _require_not_before(context, "data.due", action.due)
        self._record(ActionAgreed, context, action=action)

    def complete_action(self, action_id: str, result: str, context: Context) -> None:
        """Say that an action is done. Raises UnknownItem, or Refused if it has ended."""
        self._open_for(context)
        self._require_item("data.action_id", "action", action_id)
        self._record(ActionCompleted, context, action_id=action_id, result=result)

    def cancel_action(self, action_id: str, reason: str, context: Context) -> None:
        """Say that an action will not be done. Raises UnknownItem, or Refused if it has ended."""
        self._open_for(context)
        self._require_item("data.action_id", "action", action_id)
        self._record(ActionCancelled, context, action_id=action_id, reason=reason)


def _require_not_before(context: Context, field: str, day: date | None) -> None:
    agreed_on = dutch_day(context.occurred_at)
    if day is not None and day < agreed_on:
        raise Refused(
            field, f"{day} lies before the day on which it was agreed ({agreed_on}); check both"
        )
