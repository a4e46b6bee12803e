"""Pages: how many on one, and where the next begins. What is wrong with that is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from services.views.errors import BadQuestion

BAD_CURSOR = "this is no place in the list; take it from `next` of the page before"


def require_positive(limit: int) -> None:
    """Raises BadQuestion for a limit below 1."""
    if limit < 1:
        raise BadQuestion("limit", f"{limit} is less than 1")


@contextmanager
def own_cursor() -> Iterator[None]:
    """Raises BadQuestion for an ``after`` that no page gave."""
    try:
        yield
    except ValueError as error:
        raise BadQuestion("after", BAD_CURSOR) from error
