"""The timeline of one family: every event, in the order in which things happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from domain.family_plan import PlanEvent
from domain.family_plan.standing import TakenOver
from domain.values import AgencyCode, Line, Role, UtcDateTime
from projections.paging import NO_PLACE, cursor, place
from projections.projection import Projection
from projections.rows import Reader, Row, Rows
from projections.summaries import summary

ORDER = ("occurred_at", "position")
MOST_DIGITS = 18
"""Of a position: no database holds a number of any length."""
NOT_FACTS = frozenset({*PlanEvent.model_fields, "originator_topic", "holdings", "names"})
PEOPLE = {
    "about": "about",
    "by": "by",
    "against": "against",
    "for_members": "about",
    "with_members": "about",
}
"""Fields that hold member ids, and the part in the event that those members have.

Of a conversation ``about`` is a text."""
NOT_ITEMS = ("member_id", "person_id")


class TimelineEntry(Row):
    """One event of a family.

    ``item_ids`` are the items it names (goals, actions, incidents, ...); ``about``, ``by`` and
    ``against`` are member ids, or ``unknown``; ``facts`` is what the event says, as JSON.
    """

    table: ClassVar[str] = "family_timeline"
    key: ClassVar[tuple[str, ...]] = ("position",)
    indexed: ClassVar[tuple[str, ...]] = ("family_id", "occurred_at")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("family_id", "occurred_at", "position"),)

    position: int
    family_id: str
    version: int
    occurred_at: UtcDateTime
    recorded_at: UtcDateTime
    agency: AgencyCode | None
    actor: Line
    role: Role
    type: str
    summary: str
    item_ids: tuple[str, ...]
    about: tuple[str, ...]
    by: tuple[str, ...]
    against: tuple[str, ...]
    facts: dict[str, Any]


class TimelinePage(BaseModel):
    """Part of a timeline, and where the next part begins (None at the end)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family_id: str
    entries: tuple[TimelineEntry, ...]
    next: str | None


projection = Projection("family_timeline", 3, rows=(TimelineEntry,), as_recorded=True)


def timeline(
    reader: Reader, family_id: str, *, limit: int = 100, after: str | None = None
) -> TimelinePage:
    """A page of a family's timeline, sorted by when things happened, then by position.

    What becomes known while somebody reads on, and happened before the page they are at, is not
    on the pages that follow.

    Args:
        limit: entries on the page, at least 1.
        after: the ``next`` of the page before.

    Raises:
        ValueError: for a limit below 1, or an ``after`` that no page gave.
    """
    if limit < 1:
        raise ValueError(f"limit: {limit} is less than 1")
    found = reader.select(
        TimelineEntry,
        where={"family_id": family_id},
        order=ORDER,
        limit=limit + 1,
        after=None if after is None else _place(after),
    )
    entries = tuple(found[:limit])
    more = len(found) > limit
    return TimelinePage(
        family_id=family_id,
        entries=entries,
        next=cursor(entries[-1].occurred_at, entries[-1].position) if more else None,
    )


def _place(after: str) -> tuple[datetime, int]:
    moment, position = place(after)
    if not position.isdecimal() or len(position) > MOST_DIGITS:
        raise ValueError(NO_PLACE)
    return moment, int(position)


@projection.on(PlanEvent)
def _entry(event: PlanEvent, position: int, rows: Rows) -> None:
    if isinstance(event, TakenOver):
        event = event.original
    facts = event.model_dump(mode="json", exclude=set(NOT_FACTS))
    named = list(_named(facts))
    who = event.provenance
    rows.put(
        TimelineEntry(
            position=position,
            family_id=event.family_id,
            version=event.originator_version,
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
            agency=who.agency,
            actor=who.actor,
            role=who.role,
            type=type(event).__name__,
            summary=summary(event),
            item_ids=_distinct(named, "item"),
            about=_distinct(named, "about"),
            by=_distinct(named, "by"),
            against=_distinct(named, "against"),
            facts=facts,
        )
    )


def _named(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the facts name, by their fields' names: an item, or people and their part in it."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _named(value)
        elif value is None:
            continue
        elif name in PEOPLE and isinstance(value, list):
            yield from ((PEOPLE[name], one) for one in value)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    yield from _named(one)
        elif name == "member_id":
            yield "about", value
        elif name.endswith("_id") and name not in NOT_ITEMS:
            yield "item", value


def _distinct(named: list[tuple[str, str]], part: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for name, value in named if name == part))
