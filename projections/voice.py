"""The voice of each member of a family: what they said, agreed to, objected to and look back on.

One row for each thing, all in one table, as in the plan itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import Field

from domain.events import DomainEvent
from domain.family_plan import MemberAdded, MemberRemoved, PlanEvent, PlanOpened
from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.voice import (
    ConsentGiven,
    ConsentWithdrawn,
    LookBackRecorded,
    ObjectionAnswered,
    ObjectionMade,
    OwnWordsRecorded,
)
from domain.values import (
    AgencyCode,
    Consent,
    Conversation,
    Line,
    LookBack,
    Manner,
    MemberId,
    Objection,
    UtcDateTime,
    Value,
)
from projections.current_plan import Ending, OwnWordsView, Told, View
from projections.plan_model import said
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView

Kind = Literal["family", "member", "own-words", "consent", "objection", "conversation", "look-back"]


class ConsentView(Told, Consent):
    """What a member agreed to. ``ended`` is the withdrawal, its text empty without a reason."""


class ObjectionView(Told, Objection):
    """What a member objected to. ``ended`` is the answer: ``upheld`` or ``not-upheld``, and why."""


class ConversationView(Told, Conversation):
    """A conversation: who held it, with whom, about what, and who was heard."""


class LookBackView(Told, LookBack):
    """What a member said looking back."""


class WantsKnown(View):
    """What a member said in a conversation that they want others to know."""

    conversation_id: str
    agency: AgencyCode
    professional: Line
    manner: Manner
    held_at: UtcDateTime
    words: str


class LastHeard(View):
    """The last conversation in which a member was heard."""

    conversation_id: str
    agency: AgencyCode
    held_at: UtcDateTime


class MemberVoice(View):
    """One member's voice. ``present`` is False for somebody who was removed from the plan."""

    member_id: MemberId
    present: bool
    last_heard: LastHeard | None
    own_words: tuple[OwnWordsView, ...]
    wants_known: tuple[WantsKnown, ...]
    consents: tuple[ConsentView, ...]
    objections: tuple[ObjectionView, ...]
    look_backs: tuple[LookBackView, ...]


class VoiceView(View):
    """The voice of a family: of each member, in the order in which they came into the plan.

    All lists are sorted by when it happened (conversations: when they were held), then by id.
    """

    family_id: str
    members: tuple[MemberVoice, ...]
    conversations: tuple[ConversationView, ...]


class VoiceRow(Row):
    """A family, a member (``told`` is since when), or one thing a member said (with ``facts``)."""

    table: ClassVar[str] = "voice"
    key: ClassVar[tuple[str, ...]] = ("family_id", "kind", "item_id")

    family_id: str
    kind: Kind
    item_id: str
    told: Told
    facts: dict[str, Any] = Field(default_factory=dict)


projection = Projection("voice", 1, rows=(VoiceRow,))

V = TypeVar("V", bound=Told)


def voice_view(reader: Reader, family_id: str, _now: datetime) -> VoiceView | None:
    """The voice of a family, or None when it has no plan."""
    rows = reader.select(VoiceRow, where={"family_id": family_id})
    if not rows:
        return None
    things: defaultdict[Kind, list[VoiceRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.told.occurred_at, row.item_id)):
        things[row.kind].append(row)
    conversations = sorted(
        _views(ConversationView, things["conversation"]),
        key=lambda one: (one.held_at, one.conversation_id),
    )
    said = _BySpeaker(things, conversations)
    return VoiceView(
        family_id=family_id,
        members=tuple(said.voice_of(member) for member in things["member"]),
        conversations=tuple(conversations),
    )


VOICE = FamilyView(
    name="voice",
    about="What each member said, agreed to and objected to, and when they were last heard.",
    model=VoiceView,
    projections=(projection,),
    read=voice_view,
)


class _BySpeaker:
    """What was said, by the id of the member who said it."""

    def __init__(
        self, things: dict[Kind, list[VoiceRow]], conversations: list[ConversationView]
    ) -> None:
        self._own_words = _by_member(_views(OwnWordsView, things["own-words"]))
        self._consents = _by_member(_views(ConsentView, things["consent"]))
        self._objections = _by_member(_views(ObjectionView, things["objection"]))
        self._look_backs = _by_member(_views(LookBackView, things["look-back"]))
        self._wants_known: defaultdict[str, list[WantsKnown]] = defaultdict(list)
        self._last_heard: dict[str, LastHeard] = {}
        for conversation in conversations:
            self._listen(conversation)

    def _listen(self, held: ConversationView) -> None:
        """Conversations come in the order in which they were held."""
        when = {
            "conversation_id": held.conversation_id,
            "agency": held.agency,
            "held_at": held.held_at,
        }
        for one in held.members:
            if one.heard:
                self._last_heard[one.member_id] = LastHeard(**when)
            if one.words is not None:
                wish = WantsKnown(
                    **when, professional=held.professional, manner=held.manner, words=one.words
                )
                self._wants_known[one.member_id].append(wish)

    def voice_of(self, member: VoiceRow) -> MemberVoice:
        member_id = member.item_id
        return MemberVoice(
            member_id=member_id,
            present=member.told.state == "open",
            last_heard=self._last_heard.get(member_id),
            own_words=tuple(self._own_words[member_id]),
            wants_known=tuple(self._wants_known[member_id]),
            consents=tuple(self._consents[member_id]),
            objections=tuple(self._objections[member_id]),
            look_backs=tuple(self._look_backs[member_id]),
        )


Said = TypeVar("Said", OwnWordsView, ConsentView, ObjectionView, LookBackView)


def _by_member(said: list[Said]) -> defaultdict[str, list[Said]]:
    found: defaultdict[str, list[Said]] = defaultdict(list)
    for one in said:
        found[one.member_id].append(one)
    return found


def _views(view: type[V], rows: list[VoiceRow]) -> list[V]:
    return [view(**row.facts, **dict(row.told)) for row in rows]


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    match event:
        case MemberRemoved():
            yield VoiceRow, (event.family_id, "member", event.member_id)
        case ConsentWithdrawn():
            yield VoiceRow, (event.family_id, "consent", event.consent_id)
        case ObjectionAnswered():
            yield VoiceRow, (event.family_id, "objection", event.objection_id)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    _begin(rows, event, "family", event.family_id)
    for member in event.members:
        _begin(rows, event, "member", member.member_id)


@projection.on(MemberAdded)
def _member_added(event: MemberAdded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "member", event.member.member_id)


@projection.on(MemberRemoved)
def _member_removed(event: MemberRemoved, _position: int, rows: Rows) -> None:
    _end(rows, event, "member", event.member_id, event.reason)


@projection.on(OwnWordsRecorded)
def _own_words_recorded(event: OwnWordsRecorded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "own-words", f"{event.originator_version:010}", event.own_words)


@projection.on(ConsentGiven)
def _consent_given(event: ConsentGiven, _position: int, rows: Rows) -> None:
    _begin(rows, event, "consent", event.consent.consent_id, event.consent)


@projection.on(ConsentWithdrawn)
def _consent_withdrawn(event: ConsentWithdrawn, _position: int, rows: Rows) -> None:
    _end(rows, event, "consent", event.consent_id, event.reason or "", result="withdrawn")


@projection.on(ObjectionMade)
def _objection_made(event: ObjectionMade, _position: int, rows: Rows) -> None:
    _begin(rows, event, "objection", event.objection.objection_id, event.objection)


@projection.on(ObjectionAnswered)
def _objection_answered(event: ObjectionAnswered, _position: int, rows: Rows) -> None:
    result = "upheld" if event.upheld else "not-upheld"
    _end(rows, event, "objection", event.objection_id, event.answer, result=result)


@projection.on(ConversationHeld)
def _conversation_held(event: ConversationHeld, _position: int, rows: Rows) -> None:
    _begin(rows, event, "conversation", event.conversation.conversation_id, event.conversation)


@projection.on(LookBackRecorded)
def _look_back_recorded(event: LookBackRecorded, _position: int, rows: Rows) -> None:
    _begin(rows, event, "look-back", event.look_back.look_back_id, event.look_back)


def _begin(
    rows: Rows, event: PlanEvent, kind: Kind, item_id: str, value: Value | None = None
) -> None:
    told = Told(**said(event))
    facts = {} if value is None else value.model_dump(mode="json")
    rows.put(
        VoiceRow(family_id=event.family_id, kind=kind, item_id=item_id, told=told, facts=facts)
    )


def _end(
    rows: Rows, event: PlanEvent, kind: Kind, item_id: str, text: str, *, result: str | None = None
) -> None:
    row = existing(rows, VoiceRow, event.family_id, kind, item_id)
    ended = Ending(**said(event), result=result, text=text)
    told = row.told.model_copy(update={"state": "ended", "ended": ended})
    rows.put(row.model_copy(update={"told": told}))
