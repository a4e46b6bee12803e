"""The moments at which something came to be known of a family."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from services.views.past import Past


@dataclass(frozen=True)
class Moments:
    """All of them in order, and the one that is looked at.

    Args:
        at: the moment that was asked for; None for now.
    """

    all: tuple[datetime, ...]
    at: datetime | None = None

    @property
    def place(self) -> int:
        """Which of them is the last one at or before the moment, from 0."""
        if self.at is None:
            return len(self.all) - 1
        return max(bisect_right(self.all, self.at) - 1, 0)

    @property
    def last(self) -> int:
        """The place of the last one."""
        return len(self.all) - 1

    def step(self, by: int) -> datetime | None:
        """The moment so many places further, None beyond the ends."""
        place = self.place + by
        return self.all[place] if 0 <= place <= self.last else None


def moments_of(today: Past, at: datetime | None = None) -> Moments:
    """The moments of a family.

    Args:
        today: all that is known now.
    """
    return Moments(tuple(sorted({one.recorded_at for one in today.events})), at)
