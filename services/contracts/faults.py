"""What is wrong with what was sent: the field and a sentence, never the value."""

from __future__ import annotations

from pydantic import ValidationError

WHOLE_MESSAGE = "(message)"
"""The field of a fault that is not in any one field."""


def first_fault(error: ValidationError, prefix: str = "") -> tuple[str, str]:
    """The first fault as a field path (``data.about[0]``) and what is wrong there."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return _path((*([prefix] if prefix else []), *first["loc"])) or WHOLE_MESSAGE, first["msg"]


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
