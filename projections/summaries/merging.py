"""The words about families that are merged and split again."""

from __future__ import annotations

from domain.family_plan.merging import FamilyMerged, MergedInto
from domain.family_plan.splitting import FamilySplit, SplitFrom
from projections.summaries.base import words


@words.register
def _(event: FamilyMerged) -> str:
    return f"Family {event.other} became part of this one: {event.reason}"


@words.register
def _(event: MergedInto) -> str:
    return f"This family became part of another one: {event.reason}"


@words.register
def _(event: FamilySplit) -> str:
    return f"Family {event.other} was split off again: {event.reason}"


@words.register
def _(event: SplitFrom) -> str:
    led = "" if event.lead is None else f"; {event.lead.name} of {event.lead.agency} leads it"
    return f"This family was split off again{led}: {event.reason}"
