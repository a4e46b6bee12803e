"""What a view is: what is read, from which projections, and how.

A view declared here is served on every path: NATS, HTTP and the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel

from domain.need_to_know.categories import Category
from projections.projection import Projection
from projections.rows import Reader

V = TypeVar("V", bound=BaseModel)


@dataclass(frozen=True)
class FamilyView(Generic[V]):
    """A view of one family, for the parties of its plan.

    Args:
        name: the last token of its subject and of its path.
        about: what it shows, in one sentence.
        model: what is read.
        projections: those whose rows ``read`` asks for.
        read: given the rows, the family's id and the moment that counts as now; None when the
            family has no plan.
        derives: what it works out by itself from all that is known; who may see nothing of that
            category reads it empty.
        timeless: whether it reads the same at any moment, as long as the rows are the same.
    """

    name: str
    about: str
    model: type[V]
    projections: tuple[Projection, ...]
    read: Callable[[Reader, str, datetime], V | None]
    derives: Category | None = None
    timeless: bool = False


@dataclass(frozen=True)
class AgencyView(Generic[V]):
    """A view of one agency's own work over all families, in pages.

    Args:
        name: the last token of its subject and of its path.
        about: what it shows, in one sentence.
        model: what is read: a page with a ``next``.
        read: given the rows, the agency's code, the moment that counts as now, how much a page
            holds, and the ``next`` of the page before. Raises ValueError for another ``after``.
    """

    name: str
    about: str
    model: type[V]
    read: Callable[[Reader, str, datetime, int, str | None], V]


@dataclass(frozen=True)
class CommonView(Generic[V]):
    """A view over all families together, without identities, the same for every agency.

    Args:
        name: the last token of its subject and of its path.
        about: what it shows, in one sentence.
        model: what is read.
        read: given the rows and the moment that counts as now.
    """

    name: str
    about: str
    model: type[V]
    read: Callable[[Reader, datetime], V]
