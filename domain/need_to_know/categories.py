"""Categories of data: what the policy table speaks of, and which of them an event holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pydantic import BaseModel

from domain.family_plan.addresses import (
    AddressEnded,
    AddressHidden,
    AddressRecorded,
    AddressShown,
)
from domain.family_plan.agencies import AgencyJoined, AgencyLeft
from domain.family_plan.agreements import (
    SafetyAgreementEnded,
    SafetyAgreementMade,
    StrengthNoted,
)
from domain.family_plan.concerns import ConcernRaised, ConcernResolved
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.core import PlanEvent
from domain.family_plan.emergency import EmergencyAccessReviewed, EmergencyAccessTaken
from domain.family_plan.erasing import PersonalDataErased
from domain.family_plan.goals import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    GoalEnded,
    GoalSet,
)
from domain.family_plan.handover import HandoverDeclined, HandoverOffered, HandoverWithdrawn
from domain.family_plan.incidents import IncidentClarified, IncidentRecorded, NoteAdded
from domain.family_plan.leadership import LeadAssigned, LeadHandedOver, LeadReleased
from domain.family_plan.lifecycle import PlanClosed, PlanOpened, PlanReopened
from domain.family_plan.measures import MeasureEnded, MeasureStarted, OutcomeRecorded
from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.family_plan.members import MemberAdded, MemberRemoved
from domain.family_plan.merging import FamilyMerged, MergedInto
from domain.family_plan.phases import PhaseEntered, VariantChosen
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
from domain.family_plan.reviews import ReviewHeld
from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
    SignalStrengthened,
)
from domain.family_plan.splitting import FamilySplit, SplitFrom
from domain.family_plan.standing import TakenOver
from domain.family_plan.terms import TermExpired, TermMet, TermStarted
from domain.family_plan.voice import (
    ConsentGiven,
    ConsentWithdrawn,
    LookBackRecorded,
    ObjectionAnswered,
    ObjectionMade,
    OwnWordsRecorded,
)
from domain.values import IncidentFact, LifeDomain, MeasureForm, MeasureKind, TermKind


class Category(StrEnum):
    """A kind of data that the law, or our working agreement, gives its own circle of readers."""

    PLAN = "plan"
    """The frame: that there is a plan, its phases, its lead, which agencies take part."""
    MEMBERS = "members"
    BIRTH_DATES = "birth-dates"
    ADDRESSES = "addresses"
    WORK = "work"
    """Concerns, strengths, goals, actions, reviews."""
    SAFETY = "safety"
    """Safety agreements."""
    INCIDENTS = "incidents"
    SOURCES = "sources"
    """From whom something is known: a child, a victim, a witness."""
    CRIMINAL = "criminal"
    """Penalties and what is in the life domain of justice."""
    HELP = "help"
    HEALTH = "health"
    """Physical and mental health, addiction, treatment."""
    REPORTS = "reports"
    """Reports, what followed them, and the terms of that."""
    REPORTER = "reporter"
    """Who reported."""
    FEEDBACK = "feedback"
    """What those who reported were told."""
    NOTES = "notes"
    SIGNALS = "signals"
    """What the service found, and the patterns it sees."""
    QUESTIONS = "questions"
    MELDCODE = "meldcode"
    CONVERSATIONS = "conversations"
    OWN_WORDS = "own-words"
    """What members said themselves, objected to and look back on."""
    CONSENT = "consent"
    CONFERENCES = "conferences"
    EMERGENCY = "emergency"
    """Who took emergency access and why."""


CATEGORY_OF: dict[type[PlanEvent], Category | None] = {
    PlanOpened: Category.PLAN,
    PlanClosed: Category.PLAN,
    PlanReopened: Category.PLAN,
    VariantChosen: Category.PLAN,
    PhaseEntered: Category.PLAN,
    AgencyJoined: Category.PLAN,
    AgencyLeft: Category.PLAN,
    LeadAssigned: Category.PLAN,
    LeadHandedOver: Category.PLAN,
    LeadReleased: Category.PLAN,
    HandoverOffered: Category.PLAN,
    HandoverWithdrawn: Category.PLAN,
    HandoverDeclined: Category.PLAN,
    MemberAdded: Category.MEMBERS,
    MemberRemoved: Category.MEMBERS,
    AddressRecorded: Category.ADDRESSES,
    AddressHidden: Category.ADDRESSES,
    AddressShown: Category.ADDRESSES,
    AddressEnded: Category.ADDRESSES,
    ConcernRaised: Category.WORK,
    ConcernResolved: Category.WORK,
    StrengthNoted: Category.WORK,
    GoalSet: Category.WORK,
    GoalEnded: Category.WORK,
    ActionAgreed: Category.WORK,
    ActionCompleted: Category.WORK,
    ActionCancelled: Category.WORK,
    ReviewHeld: Category.WORK,
    SafetyAgreementMade: Category.SAFETY,
    SafetyAgreementEnded: Category.SAFETY,
    IncidentRecorded: Category.INCIDENTS,
    IncidentClarified: Category.INCIDENTS,
    NoteAdded: Category.NOTES,
    MeasureStarted: None,
    MeasureEnded: None,
    OutcomeRecorded: None,
    ReportReceived: Category.REPORTS,
    ReportTriaged: Category.REPORTS,
    InvestigationCompleted: Category.REPORTS,
    FeedbackGiven: Category.FEEDBACK,
    TermStarted: Category.REPORTS,
    TermMet: Category.REPORTS,
    TermExpired: Category.REPORTS,
    SignalRaised: Category.SIGNALS,
    SignalStrengthened: Category.SIGNALS,
    SignalLapsed: Category.SIGNALS,
    SignalAccepted: Category.SIGNALS,
    SignalSetAside: Category.SIGNALS,
    QuestionAsked: Category.QUESTIONS,
    QuestionAssigned: Category.QUESTIONS,
    QuestionAnswered: Category.QUESTIONS,
    QuestionDropped: Category.QUESTIONS,
    MeldcodeStepRecorded: Category.MELDCODE,
    ConversationHeld: Category.CONVERSATIONS,
    OwnWordsRecorded: Category.OWN_WORDS,
    ObjectionMade: Category.OWN_WORDS,
    ObjectionAnswered: Category.OWN_WORDS,
    LookBackRecorded: Category.OWN_WORDS,
    ConsentGiven: Category.CONSENT,
    ConsentWithdrawn: Category.CONSENT,
    ConferenceCalled: Category.CONFERENCES,
    ConferenceDecided: Category.CONFERENCES,
    ConferenceClosed: Category.CONFERENCES,
    EmergencyAccessTaken: Category.EMERGENCY,
    EmergencyAccessReviewed: Category.EMERGENCY,
    PersonalDataErased: Category.PLAN,
    FamilyMerged: Category.MEMBERS,
    MergedInto: Category.PLAN,
    FamilySplit: Category.MEMBERS,
    SplitFrom: Category.MEMBERS,
}
"""Each class of event. None: what it holds follows from its content and the items it names."""

SPECIAL = {
    LifeDomain.PHYSICAL_HEALTH: Category.HEALTH,
    LifeDomain.MENTAL_HEALTH: Category.HEALTH,
    LifeDomain.ADDICTION: Category.HEALTH,
    LifeDomain.JUSTICE: Category.CRIMINAL,
}
"""Life domains of special categories: GDPR (AVG), articles 9 and 10."""

FEEDBACK_TERMS = frozenset(
    {TermKind.FEEDBACK_RECEIVED, TermKind.FEEDBACK_TRIAGED, TermKind.FEEDBACK_FOLLOW_UP}
)


def categories_of(event: PlanEvent) -> frozenset[Category]:
    """What the event itself holds, without what it inherits from the items it names.

    Raises:
        LookupError: for a class of events that nobody gave a category.
    """
    if isinstance(event, TakenOver):
        return categories_of(event.original)
    kind = type(event)
    if kind not in CATEGORY_OF:
        raise LookupError(f"{kind.__name__} has no category; give it one in CATEGORY_OF")
    own = CATEGORY_OF[kind]
    by_content = set(_by_content(event))
    return frozenset(by_content if own is None else {own, *by_content})


def _by_content(event: PlanEvent) -> Iterator[Category]:
    match event:
        case MeasureStarted(measure=measure):
            penal = measure.kind is MeasureKind.PENALTY
            yield Category.CRIMINAL if penal else Category.HELP
            if measure.form is MeasureForm.TREATMENT:
                yield Category.HEALTH
        case OutcomeRecorded(outcome=outcome) if outcome.member_id is not None:
            yield Category.OWN_WORDS
        case IncidentClarified(clear=clear) if clear.source is not None:
            yield Category.SOURCES
        case QuestionAsked(question=question) if question.unclear is IncidentFact.SOURCE:
            yield Category.SOURCES
        case TermStarted() | TermMet() | TermExpired() if event.term.kind in FEEDBACK_TERMS:
            yield Category.FEEDBACK
    yield from (SPECIAL[one] for one in _life_domains(event) if one in SPECIAL)


def _life_domains(event: PlanEvent) -> Iterator[LifeDomain]:
    for name in type(event).model_fields:
        value = getattr(event, name)
        if isinstance(value, BaseModel):
            # Asking a model for a field that it does not have costs most of a label.
            fields = type(value).model_fields
            one: LifeDomain | None = (
                getattr(value, "life_domain") if "life_domain" in fields else None  # noqa: B009
            )
            many: Iterable[LifeDomain] = (
                getattr(value, "life_domains") if "life_domains" in fields else ()  # noqa: B009
            )
            yield from many if one is None else (one, *many)
