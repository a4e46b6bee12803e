"""The plan of one family as it stands: who is in it, what worries, what was agreed.

One row for the plan itself and one for each thing in it, all in one table: reading a plan is one
query, so what is read never mixes two states of the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from domain.context import Provenance
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
from domain.values import (
    Action,
    AgencyCode,
    Concern,
    FamilyMember,
    Goal,
    Incident,
    LeadCaseworker,
    Line,
    Note,
    Party,
    PlanStatus,
    Report,
    Role,
    UtcDateTime,
    Value,
)
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows
from projections.views import FamilyView

Kind = Literal[
    "plan",
    "lead",
    "member",
    "party",
    "concern",
    "goal",
    "action",
    "incident",
    "report",
    "note",
]
State = Literal["open", "ended"]


class View(BaseModel):
    """Base of what is read from the plan: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SaidBy(View):
    """Who said so, in what capacity, and for which agency (None for the service itself)."""

    agency: AgencyCode | None
    actor: Line
    role: Role


class Ending(View):
    """How and when something ended.

    ``result`` is a goal's result, or ``completed`` or ``cancelled`` for an action, or None.
    """

    said_by: SaidBy
    occurred_at: UtcDateTime
    recorded_at: UtcDateTime
    result: str | None
    text: str


class Told(View):
    """Who said something, when it happened, when we came to know it, and whether it still holds."""

    said_by: SaidBy
    occurred_at: UtcDateTime
    recorded_at: UtcDateTime
    state: State = "open"
    ended: Ending | None = None


class MemberView(Told, FamilyMember):
    """A member of the family or its network."""


class PartyView(Told, Party):
    """An agency that takes part."""


class LeadView(Told, LeadCaseworker):
    """The lead; ``occurred_at`` is since when."""


class ConcernView(Told, Concern):
    """A worry."""


class ActionView(Told, Action):
    """Something agreed."""


class GoalView(Told, Goal):
    """A goal with its actions."""

    actions: tuple[ActionView, ...] = ()


class IncidentView(Told, Incident):
    """Something that happened."""


class ReportView(Told, Report):
    """Something that was reported."""


class NoteView(Told, Note):
    """A remark."""


class PlanHeader(View):
    """How the plan itself stands.

    ``reason`` is that of the last opening, closing or reopening; ``version`` counts the events
    of the plan; ``changed_at`` is when we came to know the last of them.
    """

    family_id: str
    status: PlanStatus
    opened_at: UtcDateTime
    reopened_at: UtcDateTime | None = None
    closed_at: UtcDateTime | None = None
    reason: str
    version: int
    changed_at: UtcDateTime


class PlanView(PlanHeader):
    """One family's plan. All lists are sorted by when it happened, then by id.

    Who was removed or left stands in ``former_members`` and ``former_parties`` only.
    """

    lead: LeadView | None
    members: tuple[MemberView, ...]
    former_members: tuple[MemberView, ...]
    parties: tuple[PartyView, ...]
    former_parties: tuple[PartyView, ...]
    concerns: tuple[ConcernView, ...]
    goals: tuple[GoalView, ...]
    loose_actions: tuple[ActionView, ...]
    incidents: tuple[IncidentView, ...]
    reports: tuple[ReportView, ...]
    notes: tuple[NoteView, ...]


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


projection = Projection("current_plan", 2, rows=(PlanRow,))


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
    goal_ids = {goal.goal_id for goal in goals}
    return PlanView(
        **dict(header),
        lead=next(iter(_views(LeadView, things["lead"])), None),
        members=tuple(one for one in members if one.state == "open"),
        former_members=tuple(one for one in members if one.state == "ended"),
        parties=tuple(one for one in parties if one.state == "open"),
        former_parties=tuple(one for one in parties if one.state == "ended"),
        concerns=_views(ConcernView, things["concern"]),
        goals=tuple(
            goal.model_copy(
                update={"actions": tuple(one for one in actions if one.goal_id == goal.goal_id)}
            )
            for goal in goals
        ),
        loose_actions=tuple(one for one in actions if one.goal_id not in goal_ids),
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
)

V = TypeVar("V", bound=Told)


def _views(view: type[V], rows: list[PlanRow]) -> tuple[V, ...]:
    return tuple(view(**row.facts, **dict(row.told)) for row in rows)


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
        version=event.originator_version,
        changed_at=event.recorded_at,
    )
    rows.put(
        PlanRow(
            family_id=event.family_id,
            kind="plan",
            item_id=event.family_id,
            told=_told(event),
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
        rows, event, status=PlanStatus.CLOSED, closed_at=event.occurred_at, reason=event.reason
    )


@projection.on(PlanReopened)
def _reopened(event: PlanReopened, _position: int, rows: Rows) -> None:
    _change_header(
        rows,
        event,
        status=PlanStatus.OPEN,
        reopened_at=event.occurred_at,
        closed_at=None,
        reason=event.reason,
    )


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


@projection.on(ReportReceived)
def _report_received(event: ReportReceived, _position: int, rows: Rows) -> None:
    _begin(rows, event, "report", event.report.report_id, event.report)


@projection.on(NoteAdded)
def _note_added(event: NoteAdded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "note", event.note.note_id, event.note)


def _said_by(who: Provenance) -> SaidBy:
    return SaidBy(agency=who.agency, actor=who.actor, role=who.role)


def _told(event: PlanEvent) -> Told:
    return Told(
        said_by=_said_by(event.provenance),
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
    )


def _begin(rows: Rows, event: PlanEvent, kind: Kind, item_id: str, value: Value) -> None:
    rows.put(
        PlanRow(
            family_id=event.family_id,
            kind=kind,
            item_id=item_id,
            told=_told(event),
            facts=value.model_dump(mode="json"),
        )
    )


def _end(
    rows: Rows, event: PlanEvent, kind: Kind, item_id: str, text: str, *, result: str | None = None
) -> None:
    row = _existing(rows, event.family_id, kind, item_id)
    ended = Ending(
        said_by=_said_by(event.provenance),
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        result=result,
        text=text,
    )
    told = row.told.model_copy(update={"state": "ended", "ended": ended})
    rows.put(row.model_copy(update={"told": told}))


def _change_header(rows: Rows, event: PlanEvent, **changes: object) -> None:
    row = _existing(rows, event.family_id, "plan", event.family_id)
    if row.header is not None:
        rows.put(row.model_copy(update={"header": row.header.model_copy(update=changes)}))


def _existing(rows: Rows, family_id: str, kind: Kind, item_id: str) -> PlanRow:
    row = rows.get(PlanRow, family_id, kind, item_id)
    if row is None:
        raise LookupError(f"family {family_id} has no {kind} {item_id}")
    return row
