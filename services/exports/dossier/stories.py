"""Stories: what was said of each item, from how it came up to how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from domain.events import DomainEvent
from domain.family_plan import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    AgencyJoined,
    AgencyLeft,
    ConcernRaised,
    ConcernResolved,
    GoalEnded,
    GoalSet,
    IncidentRecorded,
    MeasureEnded,
    MeasureStarted,
    MemberAdded,
    MemberRemoved,
    OutcomeRecorded,
    PlanEvent,
)
from domain.family_plan.addresses import AddressEnded, AddressHidden, AddressRecorded, AddressShown
from domain.family_plan.agreements import SafetyAgreementEnded, SafetyAgreementMade
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.family_plan.emergency import EmergencyAccessReviewed, EmergencyAccessTaken
from domain.family_plan.incidents import IncidentClarified
from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.family_plan.questions import (
    QuestionAnswered,
    QuestionAsked,
    QuestionAssigned,
    QuestionDropped,
)
from domain.family_plan.reports import (
    FeedbackGiven,
    InvestigationCompleted,
    ReportReceived,
    ReportTriaged,
)
from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
    SignalStrengthened,
)
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.family_plan.voice import (
    ConsentGiven,
    ConsentWithdrawn,
    ObjectionAnswered,
    ObjectionMade,
    OwnWordsRecorded,
)

# fmt: off
ITEM_OF: Mapping[type[DomainEvent], tuple[str, str]] = MappingProxyType({
    MemberAdded: ("member", "member.member_id"),
    MemberRemoved: ("member", "member_id"),
    AgencyJoined: ("party", "party.agency"),
    AgencyLeft: ("party", "agency"),
    AddressRecorded: ("address", "address.address_id"),
    AddressHidden: ("address", "address_id"),
    AddressShown: ("address", "address_id"),
    AddressEnded: ("address", "address_id"),
    ConcernRaised: ("concern", "concern.concern_id"),
    ConcernResolved: ("concern", "concern_id"),
    GoalSet: ("goal", "goal.goal_id"),
    OwnWordsRecorded: ("goal", "own_words.goal_id"),
    GoalEnded: ("goal", "goal_id"),
    ActionAgreed: ("action", "action.action_id"),
    ActionCompleted: ("action", "action_id"),
    ActionCancelled: ("action", "action_id"),
    SafetyAgreementMade: ("agreement", "agreement.agreement_id"),
    SafetyAgreementEnded: ("agreement", "agreement_id"),
    IncidentRecorded: ("incident", "incident.incident_id"),
    IncidentClarified: ("incident", "incident_id"),
    ReportReceived: ("report", "report.report_id"),
    ReportTriaged: ("report", "report_id"),
    InvestigationCompleted: ("report", "report_id"),
    FeedbackGiven: ("report", "report_id"),
    TermStarted: ("report", "term.report_id"),
    TermMet: ("report", "term.report_id"),
    TermExpired: ("report", "term.report_id"),
    MeldcodeStepRecorded: ("meldcode", "step.meldcode_id"),
    MeasureStarted: ("measure", "measure.measure_id"),
    OutcomeRecorded: ("measure", "outcome.measure_id"),
    MeasureEnded: ("measure", "measure_id"),
    QuestionAsked: ("question", "question.question_id"),
    QuestionAssigned: ("question", "question_id"),
    QuestionAnswered: ("question", "question_id"),
    QuestionDropped: ("question", "question_id"),
    SignalRaised: ("signal", "signal.signal_id"),
    SignalStrengthened: ("signal", "signal_id"),
    SignalLapsed: ("signal", "signal_id"),
    SignalAccepted: ("signal", "signal_id"),
    SignalSetAside: ("signal", "signal_id"),
    ConferenceCalled: ("conference", "call.conference_id"),
    ConferenceDecided: ("conference", "decision.conference_id"),
    ConferenceClosed: ("conference", "conference_id"),
    ConsentGiven: ("consent", "consent.consent_id"),
    ConsentWithdrawn: ("consent", "consent_id"),
    ObjectionMade: ("objection", "objection.objection_id"),
    ObjectionAnswered: ("objection", "objection_id"),
    EmergencyAccessTaken: ("access", "access.access_id"),
    EmergencyAccessReviewed: ("access", "access_id"),
})
# fmt: on
"""Of which item an event tells, and where its id stands. The first of a kind is what makes one."""

MAKERS = {kind: made_by for made_by, (kind, _) in reversed(list(ITEM_OF.items()))}


class Stories:
    """The stories in a family's events, each in the order in which things happened."""

    def __init__(self, events: Sequence[PlanEvent]) -> None:
        self._events: list[PlanEvent] = []
        self._stories: dict[str, dict[str, list[PlanEvent]]] = {}
        for event in events:
            for told in event.means():
                if isinstance(told, PlanEvent):
                    self._take(told)

    def of(self, kind: str) -> dict[str, list[PlanEvent]]:
        """The stories of one kind by the item's id, sorted by when they begin.

        What is said of an item that the reader does not see is left to other sections.
        """
        found = {
            # What it was made by came to be known first, whenever the rest happened.
            item_id: [told[0], *sorted(told[1:], key=_happened)]
            for item_id, told in self._stories.get(kind, {}).items()
            if isinstance(told[0], MAKERS[kind])
        }
        return dict(sorted(found.items(), key=lambda one: (_happened(one[1][0]), one[0])))

    def all(self, *kinds: type[Any]) -> list[Any]:
        """All events of some classes, sorted by when they happened."""
        return sorted((one for one in self._events if isinstance(one, kinds)), key=_happened)

    def _take(self, event: PlanEvent) -> None:
        self._events.append(event)
        place = ITEM_OF.get(type(event))
        if place is not None:
            kind, path = place
            item_id = attrgetter(path)(event)
            self._stories.setdefault(kind, {}).setdefault(item_id, []).append(event)


def _happened(event: PlanEvent) -> Any:
    return event.occurred_at
