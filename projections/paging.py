"""Places in a list that is sorted by a moment and an id, as one word that can be passed around."""

from __future__ import annotations

from datetime import datetime

from domain.values import utc
from projections.tables import fixed_width

NO_PLACE = "after: not a place in the list; take it from `next`"


def cursor(moment: datetime, last: object) -> str:
    """The place of the entry with this moment and id."""
    return f"{fixed_width(moment)}_{last}"


def place(text: str) -> tuple[datetime, str]:
    """The moment and the id in a cursor. Raises ValueError for any other text."""
    moment, _, last = text.partition("_")
    try:
        at = utc(datetime.fromisoformat(moment))
    except ValueError:
        raise ValueError(NO_PLACE) from None
    if not last.isprintable():
        # PostgreSQL takes no text with a NUL in it.
        raise ValueError(NO_PLACE)
    return at, last
