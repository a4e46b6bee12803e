"""What an event names: items, people and agencies, found by the names of its fields.

By their names, so that a new kind of event cannot forget to say what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from domain.family_plan.core import PlanEvent
from domain.family_plan.standing import Joining, TakenOver
from domain.values import UNKNOWN, AgendaItem, Evidence, ReviewDecision, Term

ItemKey = tuple[str, str]
"""A kind of item, as fields name it (``goal``, ``look_back``), and an id."""

KINDS = {"emergency-access": "access"}
"""How evidence names a kind of item where a field has another word for it."""
NO_ITEMS = frozenset(
    {"family_id", "member_id", "person_id", "originator_id", "meldcode_id", "decision_id"}
)
"""Ids that no other event needs to have been seen for."""
NOT_SAID = frozenset({"provenance", "hidden_from"})
"""Fields that say nothing of whom or what an event is about."""
PEOPLE = frozenset({"about", "by", "against", "for_members", "with_members", "members", "shown_to"})


@dataclass
class Named:
    """What an event names, by its fields' names."""

    items: set[ItemKey] = field(default_factory=set)
    evidence: set[ItemKey] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    agencies: set[str] = field(default_factory=set)
    addressed: set[str] = field(default_factory=set)


def named_in(event: PlanEvent) -> Named:
    """What an event names. What a conference or review lists beside its own matter is left out."""
    if isinstance(event, TakenOver):
        return named_in(event.original)
    found = Named()
    if isinstance(event, Joining):
        # It lists all that both plans hold, and needs none of it to be seen.
        for one in event.means():
            if one is not event and isinstance(one, PlanEvent):
                found.people |= named_in(one).people
    else:
        _walk(event, found)
    if event.provenance.agency is not None:
        found.agencies.add(event.provenance.agency)
    found.people.discard(UNKNOWN)
    return found


def _walk(model: BaseModel, found: Named) -> None:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if value is None or name in NOT_SAID:
            continue
        if name in PEOPLE and isinstance(value, tuple):
            found.people.update(one for one in value if isinstance(one, str))
        _take(name, value, found)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Evidence):
                found.evidence.add((KINDS.get(one.kind, one.kind), one.item_id))
            elif isinstance(one, BaseModel) and not _is_listed(name, one):
                _walk(one, found)
    if isinstance(model, Term):
        found.agencies.add(model.owner)


def _is_listed(name: str, value: BaseModel) -> bool:
    """Agenda points and a review's decisions: each may be left out by itself."""
    if isinstance(value, AgendaItem):
        return name != "on"
    return isinstance(value, ReviewDecision)


def _take(name: str, value: Any, found: Named) -> None:
    if name == "member_id":
        found.people.add(value)
    elif name == "agency":
        found.agencies.add(value)
    elif name == "agencies":
        found.agencies.update(value)
    elif name == "reporter_agency":
        found.addressed.add(value)
    elif name == "on" and isinstance(value, AgendaItem):
        found.evidence.add((value.kind, value.item_id))
    elif name.endswith("_id") and name not in NO_ITEMS and name != "item_id":
        found.items.add((name.removesuffix("_id"), value))
