"""Goals of the family, and the actions that serve them."""

from __future__ import annotations

from typing import Any, ClassVar

from domain.context import Context
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import Action, Goal, GoalResult, ItemId, Text


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
    text: Text

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

    def apply(self, plan: PlanCore) -> None:
        plan.items["action"][self.action.action_id] = True

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "action", self.action.action_id),)


class ActionCompleted(PlanEvent):
    """What was agreed is done, and what came of it."""

    TOPIC: ClassVar[str] = "oneplan.plan.ActionCompleted"

    action_id: ItemId
    result: Text

    def apply(self, plan: PlanCore) -> None:
        plan.items["action"][self.action_id] = False


class ActionCancelled(PlanEvent):
    """What was agreed will not be done, and why."""

    TOPIC: ClassVar[str] = "oneplan.plan.ActionCancelled"

    action_id: ItemId
    reason: Text

    def apply(self, plan: PlanCore) -> None:
        plan.items["action"][self.action_id] = False


class Goals(PlanCore):
    """Commands about goals and actions."""

    KINDS: ClassVar[tuple[str, ...]] = ("goal", "action")

    def set_goal(self, goal: Goal, context: Context) -> None:
        """Add a goal. Raises Refused when its id is taken."""
        self._open_for(context)
        self._require_new("data.goal_id", "goal", goal.goal_id)
        self._record(GoalSet, context, goal=goal)

    def end_goal(self, goal_id: str, result: GoalResult, text: str, context: Context) -> None:
        """Say how a goal ended. Raises UnknownItem, or Refused if it has ended."""
        self._open_for(context)
        self._require_item("data.goal_id", "goal", goal_id)
        self._record(GoalEnded, context, goal_id=goal_id, result=result, text=text)

    def agree_action(self, action: Action, context: Context) -> None:
        """Agree an action. Raises UnknownItem when it serves a goal that is not known."""
        self._open_for(context)
        self._require_new("data.action_id", "action", action.action_id)
        if action.goal_id is not None:
            self._require_item("data.goal_id", "goal", action.goal_id)
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
