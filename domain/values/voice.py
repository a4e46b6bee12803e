"""The family's own voice: own words, consent, objections, conversations, looking back."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.values.base import (
    AgencyCode,
    ItemId,
    MemberId,
    Name,
    PersonalText,
    Token,
    UtcDateTime,
    Value,
)


class OwnWords(Value):
    """What a goal means to a member, in their own words.

    These have no id of their own, and the goal is no more theirs than another's: ``goal_id`` bears
    no mark of an item.
    """

    goal_id: Token
    member_id: MemberId
    words: PersonalText


class Consent(Value):
    """Toestemming of a member: to what, and for which agencies."""

    consent_id: ItemId
    member_id: MemberId
    to: PersonalText
    agencies: tuple[AgencyCode, ...] = ()


class Objection(Value):
    """Bezwaar of a member against something in the plan."""

    objection_id: ItemId
    member_id: MemberId
    against: PersonalText


class Manner(StrEnum):
    """How a conversation was held."""

    HOME_VISIT = "home-visit"
    AT_AGENCY = "at-agency"
    AT_SCHOOL = "at-school"
    PHONE = "phone"
    VIDEO = "video"
    ELSEWHERE = "elsewhere"


class Heard(Value):
    """Whether a member had their say in a conversation, and what they want others to know."""

    member_id: MemberId
    heard: bool
    words: PersonalText | None = None


class Conversation(Value):
    """Gesprek: by whom, with whom, how, about what, and who was heard.

    ``agency`` and ``professional`` held it; ``members`` are those of the family who were there.
    """

    conversation_id: ItemId
    agency: AgencyCode
    professional: Name
    manner: Manner
    held_at: UtcDateTime
    members: Annotated[tuple[Heard, ...], Field(min_length=1)]
    about: PersonalText


class LookBack(Value):
    """What somebody says when they look back. It is how the services learn."""

    look_back_id: ItemId
    member_id: MemberId
    words: PersonalText
