"""Random commands about conferences, for histories."""

from __future__ import annotations

from tests.projections.authors.base import Author, Give


def commands(author: Author) -> list[Give]:
    """The commands that the author's plan takes as it is now."""
    return []
