"""What changed since somebody's last visit, as lines to read: when, by whom, of what kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from domain.family_plan import PlanEvent
from domain.family_plan.standing import TakenOver
from domain.need_to_know.categories import Category, categories_of
from services.web.pages.page import Page

TEXTS = ("text", "words", "against", "to", "answer", "summary", "about", "task", "reason", "detail")
"""Fields with what somebody said, the most telling first."""
MOST_LINES = 30


@dataclass(frozen=True)
class Line:
    """One change."""

    at: datetime
    by: str
    kind: Category
    text: str | None


def lines_of(
    page: Page, events: Iterable[PlanEvent], names: Mapping[str, str] | None = None
) -> list[Line]:
    """The changes, the latest first; what the reader did themselves is no news to them.

    Args:
        names: of the members, who may have said something by themselves.
    """
    others = [one for one in events if one.provenance.actor != page.viewer.person_id]
    return [_line(page, one, names or {}) for one in reversed(others)]


def _line(page: Page, event: PlanEvent, names: Mapping[str, str]) -> Line:
    if isinstance(event, TakenOver):
        event = event.original
    who = event.provenance
    return Line(
        at=event.recorded_at,
        by=names.get(who.actor, page.words.label(who.role))
        if who.agency is None
        else page.agency_name(who.agency),
        kind=min(categories_of(event), key=list(Category).index, default=Category.PLAN),
        text=next(_texts(event), None),
    )


def _texts(model: BaseModel) -> Iterator[str]:
    """What an event says, in it or in what it holds."""
    for name in TEXTS:
        value = getattr(model, name, None)
        if isinstance(value, str):
            yield value
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel) and name != "provenance":
            yield from _texts(value)
