"""The rows of a plan, and how each event changes them.

One row for the plan itself and one for each thing in it, all in one table: reading a plan is one
query, so what is read never mixes two states of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field

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
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    MemberAdded,
    MemberRemoved,
    NoteAdded,
    PlanClosed,
    PlanEvent,
    PlanOpened,
    PlanReopened,
    ReportReceived,
)
from domain.family_plan.agreements import (
    SafetyAgreementEnded,
    SafetyAgreementMade,
    StrengthNoted,
)
from domain.family_plan.incidents import IncidentClarified
from domain.family_plan.phases import (
    FIRST_PHASE,
    PHASE_WHEN_CLOSED,
    PHASE_WHEN_REOPENED,
    PhaseEntered,
    VariantChosen,
)
from domain.family_plan.reviews import ReviewHeld
from domain.family_plan.voice import OwnWordsRecorded
from domain.values import (
    Phase,
    PlanStatus,
    Value,
)
from projections.plan_model import (
    ClarificationView,
    Ending,
    PhaseView,
    PlanHeader,
    Told,
    VariantView,
    said,
)
from projections.projection import Projection
from projections.rows import Reference, Row, Rows, existing

Kind = Literal[
    "plan",
    "lead",
    "member",
    "party",
    "concern",
    "strength",
    "agreement",
    "goal",
    "action",
    "review",
    "incident",
    "report",
    "note",
    "own-words",
]


class PlanRow(Row):
    """The plan itself (kind ``plan``, with ``header``) or one thing in it (with ``facts``)."""

    table: ClassVar[str] = "current_plan"
    key: ClassVar[tuple[str, ...]] = ("family_id", "kind", "item_id")

    family_id: str
    kind: Kind
    item_id: str
    told: Told
    header: PlanHeader | None = None
    facts: dict[str, Any] = Field(default_factory=dict)


projection = Projection("current_plan", 3, rows=(PlanRow,))


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, PlanEvent):
        yield PlanRow, (event.family_id, "plan", event.family_id)
    match event:
        case MemberRemoved():
            yield PlanRow, (event.family_id, "member", event.member_id)
        case AgencyLeft():
            yield PlanRow, (event.family_id, "party", event.agency)
        case ConcernResolved():
            yield PlanRow, (event.family_id, "concern", event.concern_id)
        case SafetyAgreementEnded():
            yield PlanRow, (event.family_id, "agreement", event.agreement_id)
        case IncidentClarified():
            yield PlanRow, (event.family_id, "incident", event.incident_id)
        case GoalEnded():
            yield PlanRow, (event.family_id, "goal", event.goal_id)
        case ActionCompleted() | ActionCancelled():
            yield PlanRow, (event.family_id, "action", event.action_id)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    header = PlanHeader(
        family_id=event.family_id,
        status=PlanStatus.OPEN,
        opened_at=event.occurred_at,
        reason=event.reason,
        phase=_phase(event, FIRST_PHASE),
        version=event.originator_version,
        changed_at=event.recorded_at,
    )
    rows.put(
        PlanRow(
            family_id=event.family_id,
            kind="plan",
            item_id=event.family_id,
            told=Told(**said(event)),
            header=header,
        )
    )
    for member in event.members:
        _begin(rows, event, "member", member.member_id, member)
    for party in event.parties:
        _begin(rows, event, "party", party.agency, party)


@projection.on(PlanClosed)
def _closed(event: PlanClosed, _position: int, rows: Rows) -> None:
    _change_header(
        rows,
        event,
        status=PlanStatus.CLOSED,
        closed_at=event.occurred_at,
        reason=event.reason,
        why=event.why,
        after_care_on=event.after_care_on,
    )
    if _header(rows, event).phase.phase is not PHASE_WHEN_CLOSED:
        _change_header(rows, event, phase=_phase(event, PHASE_WHEN_CLOSED))


@projection.on(PlanReopened)
def _reopened(event: PlanReopened, _position: int, rows: Rows) -> None:
    _change_header(
        rows,
        event,
        status=PlanStatus.OPEN,
        reopened_at=event.occurred_at,
        closed_at=None,
        reason=event.reason,
        why=None,
        after_care_on=None,
        phase=_phase(event, PHASE_WHEN_REOPENED),
    )


@projection.on(VariantChosen)
def _variant_chosen(event: VariantChosen, _position: int, rows: Rows) -> None:
    variant = VariantView(**said(event), variant=event.variant, reason=event.reason)
    _change_header(rows, event, variant=variant)


@projection.on(PhaseEntered)
def _phase_entered(event: PhaseEntered, _position: int, rows: Rows) -> None:
    _change_header(rows, event, phase=_phase(event, event.phase, event.text))


@projection.on(ReviewHeld)
def _review_held(event: ReviewHeld, _position: int, rows: Rows) -> None:
    review = event.review
    _begin(rows, event, "review", review.review_id, review)
    last = _header(rows, event).last_review_on
    if last is None or last <= review.held_on:
        _change_header(rows, event, last_review_on=review.held_on, next_review_on=review.next_on)


@projection.on(PlanEvent)
def _changed(event: PlanEvent, _position: int, rows: Rows) -> None:
    _change_header(rows, event, version=event.originator_version, changed_at=event.recorded_at)


@projection.on(LeadAssigned)
def _lead_assigned(event: LeadAssigned, _position: int, rows: Rows) -> None:
    _begin(rows, event, "lead", "lead", event.lead)


@projection.on(LeadHandedOver)
def _lead_handed_over(event: LeadHandedOver, _position: int, rows: Rows) -> None:
    _begin(rows, event, "lead", "lead", event.incoming)


@projection.on(LeadReleased)
def _lead_released(event: LeadReleased, _position: int, rows: Rows) -> None:
    rows.delete(PlanRow, event.family_id, "lead", "lead")


@projection.on(MemberAdded)
def _member_added(event: MemberAdded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "member", event.member.member_id, event.member)


@projection.on(MemberRemoved)
def _member_removed(event: MemberRemoved, _position: int, rows: Rows) -> None:
    _end(rows, event, "member", event.member_id, event.reason)


@projection.on(AgencyJoined)
def _agency_joined(event: AgencyJoined, _position: int, rows: Rows) -> None:
    _begin(rows, event, "party", event.party.agency, event.party)


@projection.on(AgencyLeft)
def _agency_left(event: AgencyLeft, _position: int, rows: Rows) -> None:
    _end(rows, event, "party", event.agency, event.reason)


@projection.on(ConcernRaised)
def _concern_raised(event: ConcernRaised, _position: int, rows: Rows) -> None:
    _begin(rows, event, "concern", event.concern.concern_id, event.concern)


@projection.on(ConcernResolved)
def _concern_resolved(event: ConcernResolved, _position: int, rows: Rows) -> None:
    _end(rows, event, "concern", event.concern_id, event.how)


@projection.on(StrengthNoted)
def _strength_noted(event: StrengthNoted, _position: int, rows: Rows) -> None:
    _begin(rows, event, "strength", event.strength.strength_id, event.strength)


@projection.on(SafetyAgreementMade)
def _agreement_made(event: SafetyAgreementMade, _position: int, rows: Rows) -> None:
    _begin(rows, event, "agreement", event.agreement.agreement_id, event.agreement)


@projection.on(SafetyAgreementEnded)
def _agreement_ended(event: SafetyAgreementEnded, _position: int, rows: Rows) -> None:
    _end(rows, event, "agreement", event.agreement_id, event.text, result=event.how.value)


@projection.on(GoalSet)
def _goal_set(event: GoalSet, _position: int, rows: Rows) -> None:
    _begin(rows, event, "goal", event.goal.goal_id, event.goal)


@projection.on(GoalEnded)
def _goal_ended(event: GoalEnded, _position: int, rows: Rows) -> None:
    _end(rows, event, "goal", event.goal_id, event.text, result=event.result.value)


@projection.on(ActionAgreed)
def _action_agreed(event: ActionAgreed, _position: int, rows: Rows) -> None:
    _begin(rows, event, "action", event.action.action_id, event.action)


@projection.on(ActionCompleted)
def _action_completed(event: ActionCompleted, _position: int, rows: Rows) -> None:
    _end(rows, event, "action", event.action_id, event.result, result="completed")


@projection.on(ActionCancelled)
def _action_cancelled(event: ActionCancelled, _position: int, rows: Rows) -> None:
    _end(rows, event, "action", event.action_id, event.reason, result="cancelled")


@projection.on(IncidentRecorded)
def _incident_recorded(event: IncidentRecorded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "incident", event.incident.incident_id, event.incident)


@projection.on(IncidentClarified)
def _incident_clarified(event: IncidentClarified, _position: int, rows: Rows) -> None:
    row = existing(rows, PlanRow, event.family_id, "incident", event.incident_id)
    clarification = ClarificationView(**said(event), clear=event.clear, text=event.text)
    clear = event.clear.model_dump(mode="json", exclude_none=True)
    clarified = [*row.facts.get("clarified", ()), clarification.model_dump(mode="json")]
    rows.put(row.model_copy(update={"facts": {**row.facts, **clear, "clarified": clarified}}))


@projection.on(ReportReceived)
def _report_received(event: ReportReceived, _position: int, rows: Rows) -> None:
    _begin(rows, event, "report", event.report.report_id, event.report)


@projection.on(NoteAdded)
def _note_added(event: NoteAdded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "note", event.note.note_id, event.note)


@projection.on(OwnWordsRecorded)
def _own_words_recorded(event: OwnWordsRecorded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "own-words", f"{event.originator_version:010}", event.own_words)


def _phase(event: PlanEvent, phase: Phase, text: str | None = None) -> PhaseView:
    return PhaseView(**said(event), phase=phase, text=text)


def _begin(rows: Rows, event: PlanEvent, kind: Kind, item_id: str, value: Value) -> None:
    rows.put(
        PlanRow(
            family_id=event.family_id,
            kind=kind,
            item_id=item_id,
            told=Told(**said(event)),
            facts=value.model_dump(mode="json"),
        )
    )


def _end(
    rows: Rows, event: PlanEvent, kind: Kind, item_id: str, text: str, *, result: str | None = None
) -> None:
    row = existing(rows, PlanRow, event.family_id, kind, item_id)
    ended = Ending(**said(event), result=result, text=text)
    told = row.told.model_copy(update={"state": "ended", "ended": ended})
    rows.put(row.model_copy(update={"told": told}))


def _change_header(rows: Rows, event: PlanEvent, **changes: object) -> None:
    row = existing(rows, PlanRow, event.family_id, "plan", event.family_id)
    header = _header(rows, event).model_copy(update=changes)
    rows.put(row.model_copy(update={"header": header}))


def _header(rows: Rows, event: PlanEvent) -> PlanHeader:
    header = existing(rows, PlanRow, event.family_id, "plan", event.family_id).header
    if header is None:
        raise LookupError(f"the plan of family {event.family_id} has no header")
    return header
