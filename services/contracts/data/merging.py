"""Merging two families, and splitting them again."""

from __future__ import annotations

from pydantic import Field

from domain.values import (
    FamilyId,
    ItemRef,
    LeadCaseworker,
    MemberId,
    Text,
    Value,
)


class FamilyMergedData(Value):
    """Family ``other`` is part of the subject's family from now on.

    ``same_as`` says which members of the other family are members of the subject's too:
    ``{"vader": "papa"}``. ``renamed`` gives a new id to a member of the other family whose id
    somebody else has.
    """

    other: FamilyId
    reason: Text
    same_as: dict[MemberId, MemberId] = Field(default_factory=dict)
    renamed: dict[MemberId, MemberId] = Field(default_factory=dict)


class FamilySplitData(Value):
    """Family ``other``, which was merged into the subject's, is a family of its own again.

    ``lead`` leads it from now on. ``items`` and ``members`` are what else goes with it, of what
    was recorded since the merge.
    """

    other: FamilyId
    reason: Text
    lead: LeadCaseworker | None = None
    items: tuple[ItemRef, ...] = ()
    members: tuple[MemberId, ...] = ()


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.family.merged.v1": FamilyMergedData,
    "nl.oneplan.family.split.v1": FamilySplitData,
}
