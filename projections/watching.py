"""What a watcher is: a projection whose rows are looked at for what the lead should know.

The watch (:mod:`services.watch`) looks after each change of a family and whenever a watcher says
that time alone may change what it sees. Looking twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.values import Finding
from projections.projection import Projection
from projections.rows import Reader


@dataclass(frozen=True)
class Look:
    """What a watcher saw in one family.

    Args:
        findings: all that the rules find now, also what they found before.
        expired: ids of running terms that are over.
        next_at: the first moment after now at which it may see something else without any event,
            None when only an event can change what it sees.
    """

    findings: tuple[Finding, ...] = ()
    expired: tuple[str, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True)
class Watcher:
    """Looks at the rows of one projection; given the rows, a family's id and what is now."""

    name: str
    projection: Projection
    look: Callable[[Reader, str, datetime], Look]
