"""The family's own voice."""

from __future__ import annotations

from domain.values import (
    Consent,
    Conversation,
    ItemId,
    LookBack,
    Objection,
    OwnWords,
    Text,
    Value,
)


class OwnWordsRecordedData(OwnWords):
    """A member says in their own words what a goal means."""


class ConsentGivenData(Consent):
    """A member agrees to something."""


class ConsentWithdrawnData(Value):
    """A member no longer agrees."""

    consent_id: ItemId
    reason: Text | None = None


class ObjectionMadeData(Objection):
    """A member objects to something in the plan."""


class ObjectionAnsweredData(Value):
    """An objection was answered; ``upheld`` says whether the member was put in the right."""

    objection_id: ItemId
    upheld: bool
    answer: Text


class ConversationHeldData(Conversation):
    """Somebody of an agency spoke with members of the family."""


class LookBackRecordedData(LookBack):
    """A member looks back, also after the plan was closed."""


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.own-words.recorded.v1": OwnWordsRecordedData,
    "nl.oneplan.consent.given.v1": ConsentGivenData,
    "nl.oneplan.consent.withdrawn.v1": ConsentWithdrawnData,
    "nl.oneplan.objection.made.v1": ObjectionMadeData,
    "nl.oneplan.objection.answered.v1": ObjectionAnsweredData,
    "nl.oneplan.conversation.held.v1": ConversationHeldData,
    "nl.oneplan.look-back.recorded.v1": LookBackRecordedData,
}
