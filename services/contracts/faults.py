"""What is wrong with what was sent: the field and a sentence, never the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

WHOLE_MESSAGE = "(message)"
"""The field of a fault that is not in any one field."""
AN_OBJECT = "Input should be an object, {...}"
A_LIST = "Input should be a list, [...]"
A_MOMENT = "%s; write a moment as 2026-03-01T09:30:00Z"
A_DAY = "%s; write a day as 2026-03-01"
SAID = {
    "missing": "%s; give it",
    "extra_forbidden": "There is no such field here; leave it out",
    "dict_type": AN_OBJECT,
    "model_type": AN_OBJECT,
    "model_attributes_type": AN_OBJECT,
    "tuple_type": A_LIST,
    "list_type": A_LIST,
    "datetime_type": A_MOMENT,
    "datetime_parsing": A_MOMENT,
    "datetime_from_date_parsing": A_MOMENT,
    "timezone_aware": A_MOMENT,
    "date_type": A_DAY,
    "date_parsing": A_DAY,
    "date_from_datetime_parsing": A_DAY,
    "date_from_datetime_inexact": A_DAY,
}
"""By pydantic's type of error, where its own words (``%s``) are Python's or say too little."""


def said(error: ErrorDetails | Mapping[str, Any]) -> str:
    """One error of pydantic, for somebody who need not know Python."""
    kind, told = error["type"], error["msg"].removeprefix("Value error, ")
    if kind in {"too_short", "too_long"}:
        # It names the list's type in Python first.
        return f"The list {told.partition(' ')[2]}"
    return SAID[kind].replace("%s", told) if kind in SAID else told


def first_fault(error: ValidationError, prefix: str = "") -> tuple[str, str]:
    """The first fault as a field path (``data.about[0]``) and what is wrong there."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return _path((*([prefix] if prefix else []), *first["loc"])) or WHOLE_MESSAGE, said(first)


def explain(error: ValidationError, prefix: str = "") -> tuple[str, str]:
    """As :func:`first_fault`, and how many more faults there are."""
    field, reason = first_fault(error, prefix)
    more = error.error_count() - 1
    return field, f"{reason} (and {more} more faults)" if more else reason


def _path(places: tuple[str | int, ...]) -> str:
    path = ""
    for place in places:
        path += f"[{place}]" if isinstance(place, int) else f".{place}" if path else place
    return path
