"""What the events of a family are about, so that somebody can choose among them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Topic(StrEnum):
    """What an event is about."""

    INCIDENTS = "incidents"
    REPORTS = "reports"
    MEASURES = "measures"
    TALKS = "talks"
    WORRIES = "worries"
    AGREEMENTS = "agreements"
    QUESTIONS = "questions"
    SIGNALS = "signals"
    PEOPLE = "people"
    PLAN = "plan"


_EVENTS: Mapping[Topic, str] = {
    Topic.INCIDENTS: "IncidentRecorded IncidentClarified NoteAdded",
    Topic.REPORTS: "ReportReceived ReportTriaged InvestigationCompleted FeedbackGiven "
    "MeldcodeStepRecorded",
    Topic.MEASURES: "MeasureStarted MeasureEnded OutcomeRecorded",
    Topic.TALKS: "ConversationHeld ConferenceCalled ConferenceDecided ConferenceClosed "
    "ReviewHeld OwnWordsRecorded LookBackRecorded ObjectionMade ObjectionAnswered",
    Topic.WORRIES: "ConcernRaised ConcernResolved StrengthNoted",
    Topic.AGREEMENTS: "GoalSet GoalEnded ActionAgreed ActionCompleted ActionCancelled "
    "SafetyAgreementMade SafetyAgreementEnded ConsentGiven ConsentWithdrawn",
    Topic.QUESTIONS: "QuestionAsked QuestionAssigned QuestionAnswered QuestionDropped",
    Topic.SIGNALS: "SignalRaised SignalStrengthened SignalLapsed SignalAccepted SignalSetAside "
    "TermStarted TermMet TermExpired",
    Topic.PEOPLE: "MemberAdded MemberRemoved AddressRecorded AddressHidden AddressShown "
    "AddressEnded AgencyJoined AgencyLeft LeadAssigned HandoverOffered HandoverWithdrawn "
    "HandoverDeclined LeadHandedOver LeadReleased",
    Topic.PLAN: "PlanOpened PlanClosed PlanReopened PhaseEntered VariantChosen FamilyMerged "
    "MergedInto FamilySplit SplitFrom EmergencyAccessTaken EmergencyAccessReviewed "
    "PersonalDataErased",
}

TOPICS: Mapping[str, Topic] = {
    name: topic for topic, names in _EVENTS.items() for name in names.split()
}
"""The topic of each event by the name of its class."""
