"""Where a fault is tried: a deployment, what was sent to it so far, and how much is sent now."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks import load
from benchmarks.stores import Database
from tests.chaos.deployment import Deployment
from tests.chaos.messages import Sent, Shares, messages
from tests.chaos.publisher import Ledger
from tests.chaos.quiet import PATIENCE_SECONDS
from tests.chaos.run import Fault, Seen, keep, under_load

SHORT = 400
LONG = int(os.environ.get("CHAOS_EVENTS", "100000"))
FAMILY_EVENTS = 100
"""Of an ordinary family."""


TIMES, MORE_SECONDS = 5, 1.0
"""Somebody waits no longer than before: not so many times as long, and not by so much."""


def is_not_slower(now: Seen, before: Seen) -> bool:
    """Whether the median wait for a receipt is about what it was, on a machine that others use."""
    return now.waited_seconds["p50"] <= TIMES * before.waited_seconds["p50"] + MORE_SECONDS


@dataclass
class Stage:
    """A deployment on a database. ``size`` is how many good events a run has."""

    deployment: Deployment
    database: Database
    size: int
    ledger: Ledger = field(default_factory=Ledger)
    _loads: int = 0

    def load(self, size: int | None = None, shares: Shares | None = None) -> list[Sent]:
        """Messages about families that were not there before, the same in every run."""
        self._loads += 1
        count = size or self.size
        families = max(4, count // FAMILY_EVENTS)
        made = load.events(count, families, seed=self._loads, prefix=f"L{self._loads}F")
        return messages(made, seed=self._loads, shares=shares)

    def play(
        self,
        name: str,
        sent: Sequence[Sent],
        fault: Fault | None = None,
        *,
        seconds: float | None = None,
        patience: float = PATIENCE_SECONDS,
        which: Callable[[Sent], bool] = lambda _one: True,
    ) -> Seen:
        """Run it as :func:`tests.chaos.run.under_load`, and keep what it shows.

        Args:
            seconds: how long it takes at least to publish it all.
            which: messages whose wait for a receipt is to be told.
        """
        rate = None if seconds is None else len(sent) / seconds
        seen = asyncio.run(
            under_load(
                self.deployment,
                self.ledger,
                sent,
                fault,
                rate=rate,
                patience=patience,
                which=which,
            )
        )
        keep(name, self.database, seen)
        return seen
