"""What is kept of case conferences, and of what may come on their agenda."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from domain.events import DomainEvent
from domain.family_plan import ActionAgreed, MemberAdded, PlanEvent, PlanOpened
from domain.family_plan.conferences import ConferenceCalled, ConferenceClosed, ConferenceDecided
from domain.family_plan.questions import QuestionAsked
from domain.family_plan.signals import SignalRaised, SignalStrengthened
from domain.values import AgendaItem, Call, Decision, FamilyMember, Line, MemberId
from projections.current_plan import View
from projections.plan_model import Said, said
from projections.projection import Projection
from projections.rows import Reference, Row, Rows, existing
from projections.summaries import one_line

Kind = Literal["question", "signal", "action", "member"]


class Topic(View):
    """What there was to talk about. ``text`` is one line of what the plan says about it."""

    kind: Literal["question", "signal", "action"]
    item_id: str
    text: str


class InvitedMember(View):
    """A member of the family or its network who was asked to come."""

    member_id: MemberId
    name: Line


class Closing(Said):
    """The end of a conference, as it was told."""

    present: tuple[Line, ...]
    summary: str
    unsettled: tuple[AgendaItem, ...]


class ConferenceRow(Row):
    """One conference as it was called, with the words of that moment, and how it ended."""

    table: ClassVar[str] = "conferences"
    key: ClassVar[tuple[str, ...]] = ("family_id", "conference_id")

    family_id: str
    conference_id: str
    said: Said
    call: Call
    members: tuple[InvitedMember, ...]
    agenda: tuple[Topic, ...]
    closing: Closing | None = None


class DecisionRow(Row):
    """One decision of a conference."""

    table: ClassVar[str] = "conferences_decisions"
    key: ClassVar[tuple[str, ...]] = ("family_id", "decision_id")
    indexed: ClassVar[tuple[str, ...]] = ("conference_id",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("family_id", "conference_id"),)

    family_id: str
    decision_id: str
    conference_id: str
    said: Said
    decision: Decision


class LineRow(Row):
    """In one line what may come on an agenda, or the name of who may be asked to come."""

    table: ClassVar[str] = "conferences_lines"
    key: ClassVar[tuple[str, ...]] = ("family_id", "kind", "item_id")

    family_id: str
    kind: Kind
    item_id: str
    line: str


projection = Projection("conferences", 1, rows=(ConferenceRow, DecisionRow, LineRow))


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    match event:
        case ConferenceClosed():
            yield ConferenceRow, (event.family_id, event.conference_id)
        case ConferenceCalled():
            for item in event.agenda:
                yield LineRow, (event.family_id, item.kind, item.item_id)
            for member_id in event.call.members:
                yield LineRow, (event.family_id, "member", member_id)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    for member in event.members:
        _name(rows, event, member)


@projection.on(MemberAdded)
def _member_added(event: MemberAdded, _position: int, rows: Rows) -> None:
    _name(rows, event, event.member)


@projection.on(SignalRaised)
def _signal_raised(event: SignalRaised, _position: int, rows: Rows) -> None:
    signal = event.signal
    _keep(rows, event, "signal", signal.signal_id, f"{signal.rule}: {signal.detail}")


@projection.on(SignalStrengthened)
def _signal_strengthened(event: SignalStrengthened, _position: int, rows: Rows) -> None:
    _keep(rows, event, "signal", event.signal_id, f"{event.rule}: {event.detail}")


@projection.on(QuestionAsked)
def _question_asked(event: QuestionAsked, _position: int, rows: Rows) -> None:
    _keep(rows, event, "question", event.question.question_id, event.question.text)


@projection.on(ActionAgreed)
def _action_agreed(event: ActionAgreed, _position: int, rows: Rows) -> None:
    action = event.action
    due = f", {action.due}" if action.due else ""
    _keep(rows, event, "action", action.action_id, f"{action.owner.name}{due}: {action.text}")


@projection.on(ConferenceCalled)
def _called(event: ConferenceCalled, _position: int, rows: Rows) -> None:
    members = (
        InvitedMember(member_id=one, name=_line(rows, event, "member", one))
        for one in event.call.members
    )
    agenda = (
        Topic(**dict(item), text=_line(rows, event, item.kind, item.item_id))
        for item in event.agenda
    )
    rows.put(
        ConferenceRow(
            family_id=event.family_id,
            conference_id=event.call.conference_id,
            said=Said(**said(event)),
            call=event.call,
            members=tuple(members),
            agenda=tuple(agenda),
        )
    )


@projection.on(ConferenceDecided)
def _decided(event: ConferenceDecided, _position: int, rows: Rows) -> None:
    decision = event.decision
    rows.put(
        DecisionRow(
            family_id=event.family_id,
            decision_id=decision.decision_id,
            conference_id=decision.conference_id,
            said=Said(**said(event)),
            decision=decision,
        )
    )


@projection.on(ConferenceClosed)
def _closed(event: ConferenceClosed, _position: int, rows: Rows) -> None:
    row = existing(rows, ConferenceRow, event.family_id, event.conference_id)
    closing = Closing(
        **said(event),
        present=event.present,
        summary=event.summary,
        unsettled=event.unsettled,
    )
    rows.put(row.model_copy(update={"closing": closing}))


def _name(rows: Rows, event: PlanEvent, member: FamilyMember) -> None:
    _keep(rows, event, "member", member.member_id, member.name)


def _keep(rows: Rows, event: PlanEvent, kind: Kind, item_id: str, text: str) -> None:
    row = LineRow(family_id=event.family_id, kind=kind, item_id=item_id, line=one_line(text))
    rows.put(row)


def _line(rows: Rows, event: PlanEvent, kind: Kind, item_id: str) -> str:
    row = existing(rows, LineRow, event.family_id, kind, item_id)
    return row.line
