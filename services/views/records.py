"""What is put on record of each look at a family's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.need_to_know.categories import Category
from domain.need_to_know.viewer import Viewer


@dataclass(frozen=True)
class Because:
    """Why somebody looks, as far as they said so, and the request it belongs to."""

    purpose: str | None = None
    correlation_id: str | None = None


@dataclass(frozen=True)
class Look:
    """Somebody looks at a family.

    Args:
        view: the name of the view, or ``timeline``, ``families``, ``caseload``.
        also: the names of other views that are shown in the same look.
        categories: those of which the viewer may see something; none when it was refused.
        emergency: whether they may because of emergency access.
        known_at: the moment that was asked for, None for now.
        refused: whether the viewer has no business with the family, or there is none.
    """

    viewer: Viewer
    family_id: str
    view: str
    categories: tuple[Category, ...]
    because: Because
    emergency: bool = False
    known_at: datetime | None = None
    refused: bool = False
    also: tuple[str, ...] = ()


class Records(Protocol):
    """Where looks are put on record."""

    def note(self, looks: Sequence[Look]) -> None:
        """Put looks on record, before anything is shown; when this raises nothing is shown."""
