"""What changed in what was known of a family between two moments, view by view, item by item.

Both moments are judged at the later one, so that only what came to be known between them is a
difference, and not that time went by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from domain.values import UtcDateTime
from projections.life_domains import LIFE_DOMAINS
from projections.registry import FAMILY_VIEWS
from services.views.past import Past

COMPARED = tuple(one for one in FAMILY_VIEWS if one is not LIFE_DOMAINS)
"""Every view but one, which has the plan's goals and concerns once more by their life domain."""
NOT_COMPARED = frozenset({"family_id", "version", "changed_at"})
"""What says of a view that it is another one, and nothing of the family."""
BESIDE_IDS: tuple[tuple[str, ...], ...] = (
    ("kind", "item_id"),
    ("meldcode_id", "step"),
    ("goal_id", "member_id", "recorded_at"),
    ("agency",),
    ("week",),
    ("stage",),
    ("rule", "key"),
    ("kind",),
    ("recorded_at",),
)
"""By what entries without an id of their own are told apart, within one list."""
LIST = "list"
"""The fact that says in which of a view's lists an item is."""

Facts = dict[str, Any]
How = Literal["came", "changed", "went"]


class Change(BaseModel):
    """One fact of an item: what it was, and what it became; None for nothing.

    ``fact`` is its place in the item, with dots between: ``ended.text``, ``actions.x1.due``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact: str
    was: Any
    became: Any


class ItemDifference(BaseModel):
    """One item of a view: that it came or went, with its facts then, or what changed in it.

    ``kind`` is what its id is the id of (``goal``), or its list; both are empty for the view's own
    facts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    item_id: str
    how: How
    facts: dict[str, Any]
    changes: tuple[Change, ...]


class ViewDifference(BaseModel):
    """What is different in one view."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: str
    about: str
    items: tuple[ItemDifference, ...]


class Difference(BaseModel):
    """What changed in what was known between two moments; only the views that differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family_id: str
    since: UtcDateTime | None
    until: UtcDateTime
    views: tuple[ViewDifference, ...]


def difference(before: Past, after: Past) -> Difference:
    """What changed in what was known.

    Args:
        before: may be of a moment at which nothing was known yet: then all came since.

    Raises:
        NothingKnownYet: when nothing was known at the later moment either.
    """
    after.require_known()
    after.go_on_from(before)
    found = []
    for view in COMPARED:
        if before.known and after.same(view, before):
            continue
        was = before.view(view, after.now) if before.known else None
        items = tuple(compare(was, after.view(view)))
        if items:
            found.append(ViewDifference(view=view.name, about=view.about, items=items))
    return Difference(
        family_id=after.family_id,
        since=before.as_of.known_at,
        until=after.now,
        views=tuple(found),
    )


def compare(before: BaseModel | None, after: BaseModel) -> Iterator[ItemDifference]:
    """The items of a view that are different, its own facts first."""
    was = {} if before is None else _told(before)
    became = _told(after)
    own = tuple(_changes(_without_lists(was), _without_lists(became)))
    if own:
        yield ItemDifference(kind="", item_id="", how="changed", facts={}, changes=own)
    pools = [_pools(was, became), _pools(became, was)]
    for kind in dict.fromkeys((*pools[1], *pools[0])):
        yield from _of_kind(kind, pools[0].get(kind, {}), pools[1].get(kind, {}))


def _of_kind(
    kind: str, was: Mapping[str, Facts], became: Mapping[str, Facts]
) -> Iterator[ItemDifference]:
    for item_id in dict.fromkeys((*became, *was)):
        before, after = was.get(item_id), became.get(item_id)
        how: How = "came" if before is None else "went" if after is None else "changed"
        whole = after if before is None else before if after is None else {}
        changes = tuple(_changes(before, after)) if how == "changed" else ()
        if whole or changes:
            yield ItemDifference(
                kind=kind, item_id=item_id, how=how, facts=whole or {}, changes=changes
            )


def _changes(was: Any, became: Any, place: tuple[str, ...] = ()) -> Iterator[Change]:
    if was == became:
        return
    if isinstance(was, list) and isinstance(became, list) and _are_entries(was + became):
        fields = _told_apart_by(was, became)
        was, became = _by_id(was, fields), _by_id(became, fields)
    if isinstance(was, dict) and isinstance(became, dict):
        for name in dict.fromkeys((*became, *was)):
            yield from _changes(was.get(name), became.get(name), (*place, name))
    else:
        yield Change(fact=".".join(place), was=was, became=became)


def _told(view: BaseModel) -> Facts:
    told = view.model_dump(mode="json")
    return {name: value for name, value in told.items() if name not in NOT_COMPARED}


def _without_lists(told: Facts) -> Facts:
    return {name: value for name, value in told.items() if not _is_list(value)}


def _is_list(value: object) -> bool:
    return isinstance(value, list) and _are_entries(value)


def _are_entries(value: Sequence[object]) -> bool:
    return all(isinstance(one, dict) for one in value)


def _pools(told: Facts, other: Facts) -> dict[str, dict[str, Facts]]:
    """The entries of all lists by kind and id: an item that moves to another list is the same."""
    found: dict[str, dict[str, Facts]] = {}
    for name, entries in told.items():
        if _is_list(entries) and entries:
            fields = _told_apart_by(entries, other.get(name) or [])
            own = len(fields) == 1
            pool = found.setdefault(fields[0].removesuffix("_id") if own else name, {})
            for item_id, facts in _by_id(entries, fields).items():
                pool[item_id] = {LIST: name, **facts}
    return found


def _told_apart_by(*lists: list[Facts]) -> tuple[str, ...]:
    """The fields that tell the entries of each list apart; none when nothing does."""
    entries = [one for entries in lists for one in entries]
    first = entries[0] if entries else {}
    ids = [one for one in first if one.endswith("_id") and one not in NOT_COMPARED]
    for fields in (*((one,) for one in ids[:1]), *BESIDE_IDS):
        if all(one.get(field) is not None for one in entries for field in fields) and all(
            len({_id_of(one, fields) for one in entries}) == len(entries) for entries in lists
        ):
            return fields
    return ()


def _by_id(entries: list[Facts], fields: tuple[str, ...]) -> dict[str, Facts]:
    if not fields:
        return {str(place): one for place, one in enumerate(entries, start=1)}
    return {_id_of(one, fields): one for one in entries}


def _id_of(entry: Facts, fields: tuple[str, ...]) -> str:
    return " ".join(str(entry[one]) for one in fields)
