"""The rows of the contact load: small ones, a fixed number of them changed by each event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from domain.burden import are_several, iso_week
from domain.calendar import dutch_day
from domain.events import DomainEvent
from domain.family_plan import (
    MemberAdded,
    MemberRemoved,
    PlanClosed,
    PlanEvent,
    PlanOpened,
    PlanReopened,
)
from domain.family_plan.conversations import ConversationHeld
from domain.values import (
    AgencyCode,
    Conversation,
    FamilyMember,
    FamilyRole,
    Line,
    Manner,
    MemberId,
    UtcDateTime,
)
from projections.projection import Projection
from projections.rows import Reference, Row, Rows, existing


class ContactFamily(Row):
    """A family with a plan; ``open_since`` is when that was last opened or reopened."""

    table: ClassVar[str] = "contact_load_families"
    key: ClassVar[tuple[str, ...]] = ("family_id",)

    family_id: str
    is_open: bool
    open_since: UtcDateTime


class ContactMember(Row):
    """A member, and the conversation in which they were last heard."""

    table: ClassVar[str] = "contact_load_members"
    key: ClassVar[tuple[str, ...]] = ("family_id", "member_id")
    indexed: ClassVar[tuple[str, ...]] = ("present",)

    family_id: str
    member_id: MemberId
    role: FamilyRole
    present: bool
    added_at: UtcDateTime
    last_heard_at: UtcDateTime | None = None
    last_heard_in: str | None = None


class ContactRow(Row):
    """One conversation of an agency with members of a family, in a week of Dutch days."""

    table: ClassVar[str] = "contact_load"
    key: ClassVar[tuple[str, ...]] = ("family_id", "conversation_id")
    indexed: ClassVar[tuple[str, ...]] = ("held_at", "week", "manner")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("family_id", "held_at", "conversation_id"),
        ("family_id", "week"),
    )

    family_id: str
    conversation_id: str
    held_at: UtcDateTime
    week: str
    agency: AgencyCode
    manner: Manner
    members: tuple[MemberId, ...]


class ContactAgency(Row):
    """An agency that had contact with a family, and the last time it had."""

    table: ClassVar[str] = "contact_load_agencies"
    key: ClassVar[tuple[str, ...]] = ("family_id", "agency")

    family_id: str
    agency: AgencyCode
    last_at: UtcDateTime
    last_manner: Manner
    last_professional: Line
    last_conversation: str


class ContactWeek(Row):
    """The agencies that visited a family at home in one week, and whether those are too many.

    The list is as long as there are agencies that visit.
    """

    table: ClassVar[str] = "contact_load_weeks"
    key: ClassVar[tuple[str, ...]] = ("family_id", "week")
    indexed: ClassVar[tuple[str, ...]] = ("several",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("family_id", "several", "week"),)

    family_id: str
    week: str
    agencies: tuple[AgencyCode, ...]
    several: bool


# The rows hold which weeks had too many visitors: another threshold is another version.
projection = Projection(
    "contact_load",
    1,
    rows=(ContactFamily, ContactMember, ContactRow, ContactAgency, ContactWeek),
)


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    match event:
        case PlanClosed():
            yield ContactFamily, (event.family_id,)
        case MemberAdded():
            yield ContactMember, (event.family_id, event.member.member_id)
        case MemberRemoved():
            yield ContactMember, (event.family_id, event.member_id)
        case ConversationHeld():
            held = event.conversation
            yield ContactAgency, (event.family_id, held.agency)
            if held.manner is Manner.HOME_VISIT:
                yield ContactWeek, (event.family_id, _week_of(held))
            for member_id in _heard_in(held):
                yield ContactMember, (event.family_id, member_id)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    _open(rows, event)
    for member in event.members:
        _add(rows, event, member, None)


@projection.on(PlanReopened)
def _reopened(event: PlanReopened, _position: int, rows: Rows) -> None:
    _open(rows, event)


@projection.on(PlanClosed)
def _closed(event: PlanClosed, _position: int, rows: Rows) -> None:
    row = existing(rows, ContactFamily, event.family_id)
    rows.put(row.model_copy(update={"is_open": False}))


@projection.on(MemberAdded)
def _member_added(event: MemberAdded, _position: int, rows: Rows) -> None:
    before = rows.get(ContactMember, event.family_id, event.member.member_id)
    _add(rows, event, event.member, before)


@projection.on(MemberRemoved)
def _member_removed(event: MemberRemoved, _position: int, rows: Rows) -> None:
    member = existing(rows, ContactMember, event.family_id, event.member_id)
    rows.put(member.model_copy(update={"present": False}))


@projection.on(ConversationHeld)
def _conversation_held(event: ConversationHeld, _position: int, rows: Rows) -> None:
    held = event.conversation
    rows.put(
        ContactRow(
            family_id=event.family_id,
            conversation_id=held.conversation_id,
            held_at=held.held_at,
            week=_week_of(held),
            agency=held.agency,
            manner=held.manner,
            members=tuple(one.member_id for one in held.members),
        )
    )
    _speak(rows, event.family_id, held)
    if held.manner is Manner.HOME_VISIT:
        _visit(rows, event.family_id, held)
    for member_id in _heard_in(held):
        _hear(rows, event.family_id, member_id, held)


def _open(rows: Rows, event: PlanOpened | PlanReopened) -> None:
    rows.put(ContactFamily(family_id=event.family_id, is_open=True, open_since=event.occurred_at))


def _add(rows: Rows, event: PlanEvent, member: FamilyMember, before: ContactMember | None) -> None:
    """Somebody who comes back has been heard before."""
    rows.put(
        ContactMember(
            family_id=event.family_id,
            member_id=member.member_id,
            role=member.role,
            present=True,
            added_at=event.occurred_at,
            last_heard_at=before.last_heard_at if before else None,
            last_heard_in=before.last_heard_in if before else None,
        )
    )


def _speak(rows: Rows, family_id: str, held: Conversation) -> None:
    before = rows.get(ContactAgency, family_id, held.agency)
    if before is not None and not _is_later(held, before.last_at, before.last_conversation):
        return
    rows.put(
        ContactAgency(
            family_id=family_id,
            agency=held.agency,
            last_at=held.held_at,
            last_manner=held.manner,
            last_professional=held.professional,
            last_conversation=held.conversation_id,
        )
    )


def _visit(rows: Rows, family_id: str, held: Conversation) -> None:
    week = _week_of(held)
    before = rows.get(ContactWeek, family_id, week)
    agencies = {held.agency, *(before.agencies if before else ())}
    rows.put(
        ContactWeek(
            family_id=family_id,
            week=week,
            agencies=tuple(sorted(agencies)),
            several=are_several(agencies),
        )
    )


def _hear(rows: Rows, family_id: str, member_id: str, held: Conversation) -> None:
    member = existing(rows, ContactMember, family_id, member_id)
    if _is_later(held, member.last_heard_at, member.last_heard_in):
        heard = {"last_heard_at": held.held_at, "last_heard_in": held.conversation_id}
        rows.put(member.model_copy(update=heard))


def _is_later(held: Conversation, last_at: UtcDateTime | None, last_in: str | None) -> bool:
    if last_at is None or last_in is None:
        return True
    return (held.held_at, held.conversation_id) > (last_at, last_in)


def _heard_in(held: Conversation) -> list[str]:
    return [one.member_id for one in held.members if one.heard]


def _week_of(held: Conversation) -> str:
    return iso_week(dutch_day(held.held_at))
