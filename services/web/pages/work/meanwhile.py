"""What somebody else did to the same item while a form stood open, and what to do about it.

Changes that have nothing to do with each other both go in: nobody hears of the other's. Only what
touches the very item that the form is about is laid beside what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.context import Context
from domain.errors import DomainError, PlanIsClosed
from domain.family_plan import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    AgencyLeft,
    ConcernResolved,
    FamilyPlan,
    GoalEnded,
    LeadHandedOver,
    MeasureEnded,
    MemberRemoved,
    OutcomeRecorded,
    PlanClosed,
    PlanEvent,
    PlanReopened,
)
from domain.family_plan.addresses import AddressEnded, AddressHidden, AddressShown
from domain.family_plan.agreements import SafetyAgreementEnded
from domain.family_plan.conferences import ConferenceClosed, ConferenceDecided
from domain.family_plan.emergency import EmergencyAccessReviewed
from domain.family_plan.incidents import IncidentClarified
from domain.family_plan.meldcode import MeldcodeStepRecorded
from domain.family_plan.phases import PhaseEntered, VariantChosen
from domain.family_plan.questions import QuestionAnswered, QuestionAssigned, QuestionDropped
from domain.family_plan.reports import FeedbackGiven, InvestigationCompleted, ReportTriaged
from domain.family_plan.reviews import ReviewHeld
from domain.family_plan.signals import SignalAccepted, SignalSetAside
from domain.family_plan.voice import ConsentWithdrawn, ObjectionAnswered, OwnWordsRecorded
from domain.need_to_know.naming import KINDS, named_in
from domain.values import Role
from services.lead.orders import Order
from services.store.application import OnePlan
from services.web.pages.labels import mark
from services.web.pages.work.command import Command

HAPPENED: dict[type[PlanEvent], str] = {
    GoalEnded: mark("The goal was ended"),
    OwnWordsRecorded: mark("Own words were put beside the goal"),
    ActionAgreed: mark("An action was agreed for it"),
    ActionCompleted: mark("The action was done"),
    ActionCancelled: mark("The action was cancelled"),
    ConcernResolved: mark("The concern was over"),
    SafetyAgreementEnded: mark("The safety agreement was ended"),
    QuestionAssigned: mark("The question was passed on"),
    QuestionAnswered: mark("The question was answered"),
    QuestionDropped: mark("The question was dropped"),
    SignalAccepted: mark("The signal was taken up"),
    SignalSetAside: mark("The signal was set aside"),
    IncidentClarified: mark("Something became clear about the incident"),
    MeasureEnded: mark("The measure was ended"),
    OutcomeRecorded: mark("It was recorded what the measure did"),
    ReportTriaged: mark("The report was triaged"),
    InvestigationCompleted: mark("The investigation was ended"),
    FeedbackGiven: mark("The reporter was told something"),
    MeldcodeStepRecorded: mark("A step of the reporting code was recorded"),
    ConsentWithdrawn: mark("The consent was withdrawn"),
    ObjectionAnswered: mark("The objection was answered"),
    MemberRemoved: mark("The person was taken out of the plan"),
    AgencyLeft: mark("The agency's part was ended"),
    AddressHidden: mark("The address was hidden"),
    AddressShown: mark("Somebody may know the address"),
    AddressEnded: mark("The address was ended"),
    EmergencyAccessReviewed: mark("The emergency access was reviewed"),
    ConferenceDecided: mark("The conference decided something"),
    ConferenceClosed: mark("The conference was closed"),
    PhaseEntered: mark("The plan entered a phase"),
    VariantChosen: mark("A variant was chosen"),
    ReviewHeld: mark("The plan was reviewed"),
    PlanClosed: mark("The plan was closed"),
    PlanReopened: mark("The plan was reopened"),
    LeadHandedOver: mark("The lead was handed over"),
}
OTHERWISE = mark("Something about it was changed")
ENDS = frozenset(
    {
        GoalEnded,
        ActionCompleted,
        ActionCancelled,
        ConcernResolved,
        SafetyAgreementEnded,
        QuestionAnswered,
        QuestionDropped,
        SignalAccepted,
        SignalSetAside,
        MeasureEnded,
        ConsentWithdrawn,
        ObjectionAnswered,
        MemberRemoved,
        AgencyLeft,
        AddressEnded,
        EmergencyAccessReviewed,
        ConferenceClosed,
    }
)
"""By which an item is over."""
TEXTS = ("text", "result", "reason", "how", "answer", "next_step", "summary", "words")


class Overtaken(Exception):
    """Others did something to the same item since the form was opened.

    Args:
        version: of the plan as it is now.
        events: what they did.
        refusal: why the command cannot be carried out any more, None when it still can.
    """

    def __init__(
        self, version: int, events: tuple[PlanEvent, ...], refusal: DomainError | None
    ) -> None:
        super().__init__(f"overtaken by {len(events)} events")
        self.version = version
        self.events = events
        self.refusal = refusal


@dataclass(frozen=True)
class Meanwhile:
    """One thing that somebody else did, for a template."""

    title: str
    text: str
    at: datetime
    actor: str
    agency: str | None
    by_service: bool


def unless_overtaken(
    application: OnePlan,
    order: Order,
    command: Command,
    item_id: str | None,
    *,
    chosen: Iterable[str],
    seen: int,
) -> Order:
    """The same order, which raises Overtaken when others touched its item after this version.

    What is looked at is the plan that the order changes: nothing comes in between.

    Args:
        chosen: ids of other items that were chosen in the form; only their end matters.
        seen: the version of the plan when the form was opened.
    """
    others = frozenset(chosen)

    def give(plan: FamilyPlan, context: Context) -> None:
        since = application.later_events({plan.id: seen}) if plan.version > seen else []
        touching = tuple(one for one in since if _touches(one, command, item_id, others))
        if not touching:
            try:
                order.give(plan, context)
            except PlanIsClosed as error:
                closed = tuple(one for one in since if isinstance(one, PlanClosed))
                if closed:
                    raise Overtaken(plan.version, closed, error) from error
                raise
            return
        version = plan.version
        try:
            # On a plan that is then let go of: only whether it would be taken.
            order.give(plan, context)
        except DomainError as error:
            raise Overtaken(version, touching, error) from error
        raise Overtaken(version, touching, None)

    return Order(give, order.new_id)


def in_words(event: PlanEvent) -> Meanwhile:
    """An event for the page on which it is laid beside what was typed."""
    who = event.provenance
    holders = (event, *(getattr(event, name, None) for name in ("action", "own_words", "outcome")))
    texts = (getattr(one, name, None) for one in holders for name in TEXTS if one is not None)
    return Meanwhile(
        title=HAPPENED.get(type(event), OTHERWISE),
        text=next((one for one in texts if isinstance(one, str)), ""),
        at=event.recorded_at,
        actor=who.actor,
        agency=who.agency,
        by_service=who.role is Role.SYSTEM,
    )


def _touches(
    event: PlanEvent, command: Command, item_id: str | None, chosen: frozenset[str]
) -> bool:
    if isinstance(event, command.since):
        return True
    if event.provenance.role is Role.SYSTEM:
        return False
    ends = type(event) in ENDS
    if ends and chosen & {one for _, one in named_in(event).items}:
        return True
    matters = ends or not command.beside
    return command.on is not None and matters and _is_done_to(event, command.on, item_id or "")


def _is_done_to(event: PlanEvent, kind: str, item_id: str) -> bool:
    match event:
        case MemberRemoved() if kind == "member":
            return event.member_id == item_id
        case AgencyLeft() if kind == "party":
            return event.agency == item_id
        case MeldcodeStepRecorded() if kind == "meldcode":
            return event.step.meldcode_id == item_id
    named = named_in(event)
    item = (KINDS.get(kind, kind).replace("-", "_"), item_id)
    return item in named.items or item in named.evidence
