"""The words about concerns, strengths, safety agreements, goals and actions."""

from __future__ import annotations

from domain.family_plan import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    ConcernRaised,
    ConcernResolved,
    GoalEnded,
    GoalSet,
)
from domain.family_plan.agreements import (
    SafetyAgreementEnded,
    SafetyAgreementMade,
    StrengthNoted,
)
from projections.summaries.base import words


@words.register
def _(event: ConcernRaised) -> str:
    return f"Concern about {event.concern.life_domain.value}: {event.concern.text}"


@words.register
def _(event: ConcernResolved) -> str:
    return f"Concern {event.concern_id} resolved: {event.how}"


@words.register
def _(event: StrengthNoted) -> str:
    return f"Strength in {event.strength.life_domain.value}: {event.strength.text}"


@words.register
def _(event: SafetyAgreementMade) -> str:
    agreement = event.agreement
    members = ", ".join(agreement.with_members)
    return (
        f"Safety agreement with {members}, {agreement.watched_by.name} sees to it: {agreement.text}"
    )


@words.register
def _(event: SafetyAgreementEnded) -> str:
    return f"Safety agreement {event.agreement_id} {event.how.value}: {event.text}"


@words.register
def _(event: GoalSet) -> str:
    by = f" by {event.goal.target_date}" if event.goal.target_date else ""
    return f"Goal in {event.goal.life_domain.value}{by}: {event.goal.text}"


@words.register
def _(event: GoalEnded) -> str:
    return f"Goal {event.goal_id} {event.result.value}: {event.text}"


@words.register
def _(event: ActionAgreed) -> str:
    due = f" by {event.action.due:%Y-%m-%d}" if event.action.due else ""
    return f"Action for {event.action.owner.name}{due}: {event.action.text}"


@words.register
def _(event: ActionCompleted) -> str:
    return f"Action {event.action_id} completed: {event.result}"


@words.register
def _(event: ActionCancelled) -> str:
    return f"Action {event.action_id} cancelled: {event.reason}"
