"""The FamilyPlan aggregate, one module a concept."""

from domain.family_plan.agencies import AgencyJoined, AgencyLeft
from domain.family_plan.concerns import ConcernRaised, ConcernResolved
from domain.family_plan.core import PlanEvent
from domain.family_plan.goals import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    GoalEnded,
    GoalSet,
)
from domain.family_plan.handover import HandoverDeclined, HandoverOffered, HandoverWithdrawn
from domain.family_plan.incidents import IncidentRecorded, NoteAdded
from domain.family_plan.leadership import LeadAssigned, LeadHandedOver, LeadReleased
from domain.family_plan.lifecycle import PlanClosed, PlanOpened, PlanReopened
from domain.family_plan.measures import MeasureEnded, MeasureStarted, OutcomeRecorded
from domain.family_plan.members import MemberAdded, MemberRemoved
from domain.family_plan.plan import FamilyPlan
from domain.family_plan.reports import ReportReceived

__all__ = [
    "ActionAgreed",
    "ActionCancelled",
    "ActionCompleted",
    "AgencyJoined",
    "AgencyLeft",
    "ConcernRaised",
    "ConcernResolved",
    "FamilyPlan",
    "GoalEnded",
    "GoalSet",
    "HandoverDeclined",
    "HandoverOffered",
    "HandoverWithdrawn",
    "IncidentRecorded",
    "LeadAssigned",
    "LeadHandedOver",
    "LeadReleased",
    "MeasureEnded",
    "MeasureStarted",
    "MemberAdded",
    "MemberRemoved",
    "NoteAdded",
    "OutcomeRecorded",
    "PlanClosed",
    "PlanEvent",
    "PlanOpened",
    "PlanReopened",
    "ReportReceived",
]
