"""The words about the family's voice."""

from __future__ import annotations

from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.voice import (
    ConsentGiven,
    ConsentWithdrawn,
    LookBackRecorded,
    ObjectionAnswered,
    ObjectionMade,
    OwnWordsRecorded,
)
from domain.values import Heard
from projections.summaries.base import words


@words.register
def _(event: OwnWordsRecorded) -> str:
    said = event.own_words
    return f"{said.member_id} about goal {said.goal_id}: {said.words}"


@words.register
def _(event: ConsentGiven) -> str:
    consent = event.consent
    agencies = f" for {', '.join(consent.agencies)}" if consent.agencies else ""
    return f"{consent.member_id} consents{agencies}: {consent.to}"


@words.register
def _(event: ConsentWithdrawn) -> str:
    reason = f": {event.reason}" if event.reason else ""
    return f"Consent {event.consent_id} withdrawn{reason}"


@words.register
def _(event: ObjectionMade) -> str:
    return f"{event.objection.member_id} objects: {event.objection.against}"


@words.register
def _(event: ObjectionAnswered) -> str:
    how = "upheld" if event.upheld else "not upheld"
    return f"Objection {event.objection_id} {how}: {event.answer}"


@words.register
def _(event: ConversationHeld) -> str:
    held = event.conversation
    members = ", ".join(map(_present, held.members))
    return f"Conversation of {held.agency} with {members} ({held.manner.value}): {held.about}"


@words.register
def _(event: LookBackRecorded) -> str:
    return f"{event.look_back.member_id} looks back: {event.look_back.words}"


def _present(one: Heard) -> str:
    return one.member_id if one.heard else f"{one.member_id} (not heard)"
