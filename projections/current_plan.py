"""The plan of one family as it stands: who is in it, what worries, what was agreed."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeVar

from projections.plan_fold import Kind, PlanRow, projection
from projections.plan_model import (
    ActionView,
    ClarificationView,
    ConcernView,
    Ending,
    GoalView,
    IncidentView,
    LeadView,
    MemberView,
    NoteView,
    OwnWordsView,
    PartyView,
    PlanView,
    ReportView,
    ReviewView,
    SafetyAgreementView,
    SaidBy,
    StrengthView,
    Told,
    View,
    said_by,
)
from projections.rows import Reader
from projections.views import FamilyView

__all__ = [
    "PLAN",
    "ClarificationView",
    "Ending",
    "OwnWordsView",
    "PlanView",
    "SaidBy",
    "Told",
    "View",
    "plan_version",
    "plan_view",
    "projection",
    "said_by",
]
"""What other views say in the same way is offered here too."""


def plan_version(reader: Reader, family_id: str) -> int:
    """How many events the plan has; 0 when the family has none."""
    rows = reader.select(PlanRow, where={"family_id": family_id, "kind": "plan"})
    return next((row.header.version for row in rows if row.header is not None), 0)


def plan_view(reader: Reader, family_id: str) -> PlanView | None:
    """The plan of a family, or None when it has none."""
    rows = reader.select(PlanRow, where={"family_id": family_id})
    things: defaultdict[Kind, list[PlanRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.told.occurred_at, row.item_id)):
        things[row.kind].append(row)
    header = next((row.header for row in things["plan"]), None)
    if header is None:
        return None
    members = _views(MemberView, things["member"])
    parties = _views(PartyView, things["party"])
    actions = _views(ActionView, things["action"])
    goals = _views(GoalView, things["goal"])
    own_words = _views(OwnWordsView, things["own-words"])
    goal_ids = {goal.goal_id for goal in goals}
    return PlanView(
        **vars(header),
        lead=next(iter(_views(LeadView, things["lead"])), None),
        members=tuple(one for one in members if one.state == "open"),
        former_members=tuple(one for one in members if one.state == "ended"),
        parties=tuple(one for one in parties if one.state == "open"),
        former_parties=tuple(one for one in parties if one.state == "ended"),
        strengths=_views(StrengthView, things["strength"]),
        concerns=_views(ConcernView, things["concern"]),
        safety_agreements=_views(SafetyAgreementView, things["agreement"]),
        goals=tuple(
            goal.model_copy(
                update={
                    "actions": tuple(one for one in actions if one.goal_id == goal.goal_id),
                    "own_words": tuple(one for one in own_words if one.goal_id == goal.goal_id),
                }
            )
            for goal in goals
        ),
        loose_actions=tuple(one for one in actions if one.goal_id not in goal_ids),
        reviews=_views(ReviewView, things["review"]),
        incidents=_views(IncidentView, things["incident"]),
        reports=_views(ReportView, things["report"]),
        notes=_views(NoteView, things["note"]),
    )


PLAN = FamilyView(
    name="plan",
    about="The plan as it stands: who is in it, what worries, what was agreed, what happened.",
    model=PlanView,
    projections=(projection,),
    read=lambda reader, family_id, _now: plan_view(reader, family_id),
    timeless=True,
)

V = TypeVar("V", bound=Told)


def _views(view: type[V], rows: list[PlanRow]) -> tuple[V, ...]:
    # Not dict(): it looks for keys() first, which takes as long as making the view.
    return tuple(view(**row.facts, **vars(row.told)) for row in rows)
