"""Concerns, strengths, safety agreements, goals and actions."""

from __future__ import annotations

from datetime import date

from domain.values import (
    Action,
    AgreementEnd,
    Concern,
    Goal,
    GoalResult,
    ItemId,
    LifeDomain,
    Line,
    Owner,
    OwnerKind,
    SafetyAgreement,
    Strength,
    Text,
    Value,
)


class ConcernRaisedData(Concern):
    """Somebody worries about something."""


class ConcernResolvedData(Value):
    """A worry is over."""

    concern_id: ItemId
    how: Text


class StrengthNotedData(Strength):
    """Something goes well and can be built on."""


class StatedOwner(Owner):
    """Who takes something on, and on whose side they stand."""

    kind: OwnerKind


class SafetyAgreementMadeData(SafetyAgreement):
    """Something was agreed so that everybody is safe."""

    watched_by: StatedOwner


class SafetyAgreementEndedData(Value):
    """A safety agreement ended, or did not hold."""

    agreement_id: ItemId
    how: AgreementEnd
    text: Text


class GoalSetData(Value):
    """The family wants to reach something. Superseded by version 2, and taken for ever."""

    goal_id: ItemId
    life_domain: LifeDomain
    text: Text


class GoalSetV2Data(Goal):
    """The family wants to reach something, with how and by when it will show."""

    measured_by: Text
    target_date: date


class GoalEndedData(Value):
    """A goal was reached, partly reached or dropped."""

    goal_id: ItemId
    result: GoalResult
    text: Text


class ActionAgreedData(Value):
    """Somebody does something by a date. Superseded by version 2, and taken for ever."""

    action_id: ItemId
    goal_id: ItemId | None = None
    owner: Line
    text: Text
    due: date | None = None


class ActionAgreedV2Data(Action):
    """Somebody of the family, its network or an agency does something by a date."""

    owner: StatedOwner


class ActionCompletedData(Value):
    """What was agreed is done."""

    action_id: ItemId
    result: Text


class ActionCancelledData(Value):
    """What was agreed will not be done."""

    action_id: ItemId
    reason: Text


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.concern.raised.v1": ConcernRaisedData,
    "nl.oneplan.concern.resolved.v1": ConcernResolvedData,
    "nl.oneplan.strength.noted.v1": StrengthNotedData,
    "nl.oneplan.safety-agreement.made.v1": SafetyAgreementMadeData,
    "nl.oneplan.safety-agreement.ended.v1": SafetyAgreementEndedData,
    "nl.oneplan.goal.set.v1": GoalSetData,
    "nl.oneplan.goal.set.v2": GoalSetV2Data,
    "nl.oneplan.goal.ended.v1": GoalEndedData,
    "nl.oneplan.action.agreed.v1": ActionAgreedData,
    "nl.oneplan.action.agreed.v2": ActionAgreedV2Data,
    "nl.oneplan.action.completed.v1": ActionCompletedData,
    "nl.oneplan.action.cancelled.v1": ActionCancelledData,
}
