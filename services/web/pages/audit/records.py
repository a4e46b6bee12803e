"""The history of a family, event by event: who said it, its two times, and all that it says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.audit.replay import Chosen, HistoryEntry, entries_as_seen
from services.web.pages.audit.entrance import PurposefulPage
from services.web.pages.event_words import EVENT_LABELS
from services.web.routes import Family

ROWS = 50

PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]

router = APIRouter(prefix="/audit/families/{family_id}/history")


@dataclass(frozen=True)
class Record:
    """One event, and where it stands in the log of all families; None for another family's."""

    entry: HistoryEntry
    label: str
    payload: str
    stored_at: int | None


def place_of(family_id: str, position: int) -> str:
    """Where an event of a family stands in its history, for a link from the family's page."""
    return f"{family_id}/history?page={(position - 1) // ROWS + 1}#p{position}"


@router.get("")
def records(page: PurposefulPage, family_id: Family, number: PageNumber = 1) -> Response:
    """A page of them, in the order in which they were recorded."""
    events = page.views.history(page.viewer, family_id, page.why)
    pages = max(-(-len(events) // ROWS), 1)
    number = min(number, pages)
    stored = {
        (one.event.originator_id, one.event.originator_version): one.position
        for one in page.application.stream_of(family_id)
    }
    first = (number - 1) * ROWS
    shown = events[first : first + ROWS]
    entries = list(islice(entries_as_seen(events, Chosen(after=first)), ROWS))
    return page.render(
        "audit/history.html",
        family_id=family_id,
        records=[
            Record(
                entry,
                page.words.gettext(EVENT_LABELS.get(entry.type, entry.type)),
                orjson.dumps(entry.facts, option=orjson.OPT_INDENT_2).decode(),
                stored.get((event.originator_id, event.originator_version)),
            )
            for entry, event in zip(entries, shown, strict=True)
        ],
        total=len(events),
        number=number,
        pages=pages,
    )
