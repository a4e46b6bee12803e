"""What a party can ask, as it comes in: JSON objects, checked before anything is read."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.values import FamilyId, Token, UtcDateTime

MOST_ENTRIES = 500
"""Timeline entries on one page. A text may have 20,000 characters."""
MOST_FAMILIES = 1000
"""Families on one page."""

EntryLimit = Annotated[int, Field(ge=1, le=MOST_ENTRIES)]
FamilyLimit = Annotated[int, Field(ge=1, le=MOST_FAMILIES)]
Cursor = Annotated[str, Field(max_length=200)]
"""The ``next`` of the page before."""


class Question(BaseModel):
    """Base of the questions: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FamilyQuestion(Question):
    """A view of a family, as it is; or in what was known at a moment, had happened until a moment,
    or both (RFC 3339, with offset).
    """

    family_id: FamilyId
    known_at: UtcDateTime | None = None
    happened_until: UtcDateTime | None = None


class TimelineQuestion(FamilyQuestion):
    """A page of a family's timeline; the moments must be the same for each of its pages."""

    limit: EntryLimit = 100
    after: Cursor | None = None


class AgencyQuestion(Question):
    """A page of a view of the asking agency's own work."""

    limit: FamilyLimit = MOST_FAMILIES
    after: Cursor | None = None


class CommonQuestion(Question):
    """A view over all families together, the same for every agency. Nothing to be named."""


class CaseloadQuestion(Question):
    """The families that a lead of the asking agency leads."""

    person_id: Token
