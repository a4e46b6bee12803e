"""What pydantic finds wrong with a field, said to somebody who fills in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.web.pages.labels import mark
from services.web.pages.words import Words

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SAID = {
    "missing": mark("Fill this in."),
    "string_too_short": mark("Fill this in."),
    "too_short": mark("Choose at least one."),
    "string_too_long": mark("This is too long: at most %(max_length)s characters."),
    "enum": mark("Choose one of these."),
    "string_pattern_mismatch": mark("This has the wrong form."),
    "date_parsing": mark("This is no date. Write it as 2026-12-31."),
    "date_from_datetime_parsing": mark("This is no date. Write it as 2026-12-31."),
    "date_type": mark("This is no date. Write it as 2026-12-31."),
    "datetime_parsing": mark("This is no moment."),
    "datetime_from_date_parsing": mark("This is no moment."),
    "timezone_aware": mark("This is no moment."),
    "int_parsing": mark("Write a whole number."),
    "bool_parsing": mark("Choose one of these."),
    "extra_forbidden": mark("This has no place here."),
}
"""By pydantic's type of error."""
OTHERWISE = mark("This cannot be right: %(reason)s.")


def in_words(words: Words, error: ErrorDetails) -> str:
    """One error of a field, in this language. What was typed is not repeated."""
    told = SAID.get(error["type"])
    if told is not None:
        return words.gettext(told, **error.get("ctx", {}))
    if error["type"] == "value_error":
        return words.said(error["msg"])
    return words.gettext(OTHERWISE, reason=error["msg"])
