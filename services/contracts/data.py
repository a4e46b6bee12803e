"""The ``data`` of each agency event type: one pydantic model a type.

A type is ``nl.oneplan.<noun>.<verb>.v<version>``. Its shape never changes; another shape is
another version.
"""

from __future__ import annotations

from domain.values import (
    Action,
    AgencyCode,
    Concern,
    FamilyMember,
    Goal,
    GoalResult,
    Incident,
    ItemId,
    LeadCaseworker,
    MemberId,
    Note,
    Party,
    Report,
    Text,
    Token,
    Value,
)


class PlanOpenedData(Value):
    """The plan of a family begins. The event's ``subject`` becomes the family's id."""

    reason: Text
    members: tuple[FamilyMember, ...] = ()
    parties: tuple[Party, ...]


class PlanClosedData(Value):
    """The work with the family ends."""

    reason: Text


class PlanReopenedData(Value):
    """The work with the family begins again."""

    reason: Text


class MemberAddedData(FamilyMember):
    """Somebody becomes part of the plan."""


class MemberRemovedData(Value):
    """Somebody is no longer part of the plan."""

    member_id: MemberId
    reason: Text


class LeadAssignedData(Value):
    """A lead caseworker takes the plan on."""

    lead: LeadCaseworker


class LeadHandedOverData(Value):
    """The lead passes from one to the other; ``outgoing`` is a person id."""

    outgoing: Token
    incoming: LeadCaseworker
    reason: Text


class LeadReleasedData(Value):
    """The lead steps back without a successor."""

    person_id: Token
    reason: Text


class AgencyJoinedData(Party):
    """An agency takes part from now on; a party of the plan lets it in."""


class AgencyLeftData(Value):
    """An agency's part ends."""

    agency: AgencyCode
    reason: Text


class CaseReferenceLinkedData(Value):
    """The sender's own case reference stands for this family from now on."""

    reference: Token


class ConcernRaisedData(Concern):
    """Somebody worries about something."""


class ConcernResolvedData(Value):
    """A worry is over."""

    concern_id: ItemId
    how: Text


class GoalSetData(Goal):
    """The family wants to reach something."""


class GoalEndedData(Value):
    """A goal was reached, partly reached or dropped."""

    goal_id: ItemId
    result: GoalResult
    text: Text


class ActionAgreedData(Action):
    """Somebody does something by a date."""


class ActionCompletedData(Value):
    """What was agreed is done."""

    action_id: ItemId
    result: Text


class ActionCancelledData(Value):
    """What was agreed will not be done."""

    action_id: ItemId
    reason: Text


class IncidentRecordedData(Incident):
    """Something happened."""


class ReportReceivedData(Report):
    """Somebody reported something."""


class NoteAddedData(Note):
    """A remark."""


DATA_BY_TYPE: dict[str, type[Value]] = {
    "nl.oneplan.plan.opened.v1": PlanOpenedData,
    "nl.oneplan.plan.closed.v1": PlanClosedData,
    "nl.oneplan.plan.reopened.v1": PlanReopenedData,
    "nl.oneplan.member.added.v1": MemberAddedData,
    "nl.oneplan.member.removed.v1": MemberRemovedData,
    "nl.oneplan.lead.assigned.v1": LeadAssignedData,
    "nl.oneplan.lead.handed-over.v1": LeadHandedOverData,
    "nl.oneplan.lead.released.v1": LeadReleasedData,
    "nl.oneplan.agency.joined.v1": AgencyJoinedData,
    "nl.oneplan.agency.left.v1": AgencyLeftData,
    "nl.oneplan.case-reference.linked.v1": CaseReferenceLinkedData,
    "nl.oneplan.concern.raised.v1": ConcernRaisedData,
    "nl.oneplan.concern.resolved.v1": ConcernResolvedData,
    "nl.oneplan.goal.set.v1": GoalSetData,
    "nl.oneplan.goal.ended.v1": GoalEndedData,
    "nl.oneplan.action.agreed.v1": ActionAgreedData,
    "nl.oneplan.action.completed.v1": ActionCompletedData,
    "nl.oneplan.action.cancelled.v1": ActionCancelledData,
    "nl.oneplan.incident.recorded.v1": IncidentRecordedData,
    "nl.oneplan.report.received.v1": ReportReceivedData,
    "nl.oneplan.note.added.v1": NoteAddedData,
}
