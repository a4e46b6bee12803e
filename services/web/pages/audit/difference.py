"""What changed in what was known of a family between two moments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from services.audit.difference import Difference, ItemDifference, difference
from services.exports.texts import Language, texts
from services.views.errors import BadQuestion
from services.views.past import AsOf
from services.web.pages.audit.entrance import Moment, PurposefulPage, in_field
from services.web.pages.audit.moments import moments_of
from services.web.pages.labels import mark
from services.web.pages.words import Words
from services.web.routes import Family

VIEW = "diff"
HOW = {"came": mark("new"), "changed": mark("changed"), "went": mark("gone")}
MOST_ITEMS = 12
"""Of one view on the page; the API has all of them."""
VIEWS = {
    "plan": mark("The plan"),
    "agenda": mark("What is to be done"),
    "questions": mark("Open questions"),
    "terms": mark("Terms"),
    "feedback": mark("Feedback to who reported"),
    "meldcode": mark("Reporting code"),
    "signals": mark("Signals"),
    "measures": mark("Help and penalties"),
    "voice": mark("The family's own voice"),
    "contact-load": mark("Contact with the family"),
    "conferences": mark("Case conferences"),
    "patterns": mark("Patterns"),
    "addresses": mark("Addresses"),
    "emergency-access": mark("Emergency access"),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
NOT_TELLING = frozenset({"list", "state", "said_by", "occurred_at", "recorded_at", "version"})

router = APIRouter(prefix="/audit/families/{family_id}/difference")


@dataclass(frozen=True)
class Fact:
    """One fact of an item, before and after; empty for nothing."""

    name: str
    was: str
    became: str


@dataclass(frozen=True)
class Item:
    """One item of a view that came, went or changed."""

    how: str
    word: str
    kind: str
    item_id: str
    facts: tuple[Fact, ...]


@router.get("")
def compare(
    page: PurposefulPage, family_id: Family, since: Moment = None, until: Moment = None
) -> Response:
    """Two moments, or the last one at which something came to be known and the one before it."""
    (today,) = page.views.past(page.viewer, family_id, VIEW, (AsOf(),), page.why)
    moments = moments_of(today)
    until = until or moments.all[-1]
    since = since or moments_of(today, until).step(-1) or moments.all[0]
    if since > until:
        raise BadQuestion("since", "this moment does not lie before `until`")
    before, after = page.views.past(
        page.viewer, family_id, VIEW, (AsOf(since), AsOf(until)), page.why
    )
    told = _Told(page.words)
    found = difference(before, after)
    return page.render(
        "audit/difference.html",
        family_id=family_id,
        since=since,
        until=until,
        in_field=in_field,
        views=[
            (page.words.gettext(VIEWS.get(name, name)), count, items)
            for name, count, items in told.views(found)
        ],
        words_of_how={name: page.words.gettext(text) for name, text in HOW.items()},
    )


class _Told:
    """A difference in words. Ids stay what they are: an auditor compares them."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._texts = texts(Language(words.language))

    def views(self, found: Difference) -> Iterator[tuple[str, int, list[Item]]]:
        """The name of each view that differs, how many items, and the first of them."""
        for view in found.views:
            yield view.view, len(view.items), [self._item(one) for one in view.items[:MOST_ITEMS]]

    def _item(self, one: ItemDifference) -> Item:
        changes = [
            Fact(self._name(it.fact), self._said(it.was), self._said(it.became))
            for it in one.changes
        ]
        whole = [
            Fact(self._name(name), *(("", said) if one.how == "came" else (said, "")))
            for name, value in one.facts.items()
            if name not in NOT_TELLING and (said := self._said(value))
        ]
        kind = self._texts.field(f"{one.kind}_id") if one.kind else ""
        kind = kind.removesuffix("_id").removesuffix(" id")
        return Item(one.how, HOW[one.how], kind, one.item_id, tuple(changes or whole))

    def _name(self, fact: str) -> str:
        return " › ".join(self._texts.field(part) for part in fact.split("."))

    def _said(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return "✓" if value else "–"
            case dict():
                return "; ".join(said for one in value.values() if (said := self._said(one)))
            case list() | tuple():
                return ", ".join(said for one in value if (said := self._said(one)))
            case str() if MOMENT.fullmatch(value):
                return self._words.moment(datetime.fromisoformat(value))
        return str(value)
