"""Which items and members something names, and the same thing under other names.

Events and agencies' data name an item in a field of its kind (``goal_id``), or by kind and id.
This reads them as plain JSON objects, so that it holds for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from domain.values import UNKNOWN, Renaming

Item = tuple[str, str]
"""A kind of item and an id. ``meldcode`` stands for all steps on one suspicion."""

MEMBER = "member"
STEP = "meldcode-step"
ITEM_FIELDS = {
    "goal_id": "goal",
    "action_id": "action",
    "concern_id": "concern",
    "strength_id": "strength",
    "agreement_id": "agreement",
    "incident_id": "incident",
    "note_id": "note",
    "question_id": "question",
    "report_id": "report",
    "measure_id": "measure",
    "outcome_id": "outcome",
    "signal_id": "signal",
    "consent_id": "consent",
    "objection_id": "objection",
    "look_back_id": "look-back",
    "conversation_id": "conversation",
    "conference_id": "conference",
    "decision_id": "conference-decision",
    "review_id": "review",
    "meldcode_id": "meldcode",
    "address_id": "address",
    "access_id": "emergency-access",
}
PEOPLE_FIELDS = frozenset(
    {
        "about",
        "by",
        "against",
        "for_members",
        "with_members",
        "members",
        "hidden_from",
        "shown_to",
    }
)
"""Lists of member ids; a text in a field of the same name is a text."""
MENTIONS = frozenset({"agenda", "unsettled", "evidence", "on"})
"""What only points at an item: that does not make it a part of it."""
TOGETHER = (("report", "triage"), ("conference-decision", "action", "review-decision"))
"""Kinds that share their ids: a decision becomes an action under its own id."""


def same_item(kind: str, item_id: str) -> tuple[Item, ...]:
    """The item under each kind that it may be known as."""
    kinds = next((group for group in TOGETHER if kind in group), (kind,))
    return tuple((one, item_id) for one in kinds)


def told_apart(family_id: str, kind: str, name: str) -> str:
    """Another id for what a family calls so. The same one for all that share an id."""
    if kind == STEP:
        suspicion, _, step = name.rpartition(".")
        return f"{told_apart(family_id, 'meldcode', suspicion)}.{step}"
    kind = same_item(kind, name)[0][0]
    return f"{name[:55]}-{sha256(f'{family_id} {kind} {name}'.encode()).hexdigest()[:8]}"


class Names:
    """What one family's ids are in the other."""

    def __init__(self, renamings: Iterable[Renaming] = ()) -> None:
        self._after = {(one.kind, one.before): one.after for one in renamings}

    def __bool__(self) -> bool:
        return bool(self._after)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and self._after == other._after

    def __hash__(self) -> int:
        return hash(frozenset(self._after.items()))

    def of(self, kind: str, name: str) -> str:
        """The id in the other family; the same one unless it was renamed."""
        return self._after.get((kind, name), name)

    def renamings(self) -> tuple[Renaming, ...]:
        """The names one by one."""
        return tuple(
            Renaming(kind=kind, before=before, after=after)
            for (kind, before), after in self._after.items()
        )

    def with_foreign(self, family_id: str) -> Names:
        """With a name, on the way back, for what only this other family calls by an id of ours."""
        ours = {(one.kind, one.after) for one in self.renamings()}
        foreign = [
            Renaming(
                kind=one.kind,
                before=told_apart(family_id, one.kind, one.before),
                after=one.before,
            )
            for one in self.renamings()
            if (one.kind, one.before) not in ours
        ]
        return Names([*self.renamings(), *foreign])

    def back(self) -> Names:
        """The way back."""
        return Names(
            Renaming(kind=kind, before=after, after=before)
            for (kind, before), after in self._after.items()
        )

    def apply(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts (JSON) with every id as it is in the other family."""
        return {name: self._value(name, value, facts) for name, value in facts.items()}

    def _value(self, name: str, value: Any, beside: Mapping[str, Any]) -> Any:
        if isinstance(value, Mapping):
            return self.apply(value)
        if isinstance(value, list | tuple):
            return [
                self.of(MEMBER, one)
                if isinstance(one, str) and name in PEOPLE_FIELDS
                else self._value("", one, {})
                for one in value
            ]
        if not isinstance(value, str):
            return value
        if name == "member_id":
            return self.of(MEMBER, value)
        if name == "item_id":
            return self.of(beside.get("kind", ""), value)
        return self.of(ITEM_FIELDS[name], value) if name in ITEM_FIELDS else value


def items_named(facts: Mapping[str, Any]) -> Iterator[Item]:
    """The items that facts (JSON) are a part of, what they only mention left out."""
    for name, value in facts.items():
        if name in MENTIONS:
            continue
        if name == "decisions":
            yield from (("review-decision", one["decision_id"]) for one in value)
        elif isinstance(value, Mapping):
            yield from items_named(value)
        elif isinstance(value, list | tuple):
            for one in value:
                if isinstance(one, Mapping):
                    yield from items_named(one)
        elif name in ITEM_FIELDS and value is not None:
            yield from same_item(ITEM_FIELDS[name], value)


def mentioning(facts: Mapping[str, Any], is_kept: Callable[[Item], bool]) -> dict[str, Any]:
    """The facts (JSON) with only those mentions that are kept."""

    def kept(one: Mapping[str, Any]) -> bool:
        return is_kept((one["kind"], one["item_id"]))

    def value(name: str, one: Any) -> Any:
        if name == "on":
            return one if one is None or kept(one) else None
        if name in MENTIONS:
            return [it for it in one if kept(it)]
        return mentioning(one, is_kept) if isinstance(one, Mapping) else one

    return {name: value(name, one) for name, one in facts.items()}


def members_named(facts: Mapping[str, Any]) -> Iterator[str]:
    """The members that facts (JSON) name."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from members_named(value)
        elif isinstance(value, list | tuple):
            for one in value:
                if isinstance(one, Mapping):
                    yield from members_named(one)
                elif name in PEOPLE_FIELDS and one != UNKNOWN:
                    yield one
        elif name == "member_id" and value is not None:
            yield value
