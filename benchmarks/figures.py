"""A figure that stands beside its floor: what was measured, what is possible, what is wanted."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

RATE = "events/s"
MILLISECONDS = "ms"


@dataclass(frozen=True)
class Target:
    """What a figure should be: its ratio to the floor, or the figure itself, and on which side."""

    limit: float
    of_ratio: bool
    at_least: bool

    def is_met(self, figure: float) -> bool:
        """Whether this ratio or this figure is on the right side; the limit itself is."""
        return figure >= self.limit if self.at_least else figure <= self.limit

    def __str__(self) -> str:
        side = "≥" if self.at_least else "≤"
        return f"{side} {self.limit:g}{' of floor' if self.of_ratio else ''}"


def ratio_at_least(limit: float) -> Target:
    """At least this share of the floor, for what should be much."""
    return Target(limit, of_ratio=True, at_least=True)


def ratio_at_most(limit: float) -> Target:
    """At most so many times the floor, for what should be little."""
    return Target(limit, of_ratio=True, at_least=False)


def at_most(limit: float) -> Target:
    """At most this, whatever the floor is."""
    return Target(limit, of_ratio=False, at_least=False)


@dataclass(frozen=True)
class Figure:
    """One measured thing. ``floor`` has the same unit and was measured in the same run."""

    benchmark: str
    what: str
    database: str
    value: float
    unit: str
    floor: float | None = None
    floor_is: str = ""
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """The figure as so many times its floor, None without one."""
        return self.value / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met, None when there is none."""
        if self.target is None:
            return None
        figure = self.ratio if self.target.of_ratio else self.value
        return figure is not None and self.target.is_met(figure)

    def as_object(self) -> dict[str, Any]:
        """All of it as JSON."""
        said = None if self.target is None else str(self.target)
        return {**asdict(self), "ratio": self.ratio, "met": self.met, "target": said}


class Stopwatch:
    """Seconds of what is measured, without what lies between."""

    def __init__(self) -> None:
        self.laps: list[float] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure the block."""
        began = time.perf_counter()
        yield
        self.laps.append(time.perf_counter() - began)

    @property
    def seconds(self) -> float:
        """All laps together."""
        return sum(self.laps)

    def rate(self, count: float) -> float:
        """So many in this time, a second."""
        return count / self.seconds

    def typical_rate(self, count: int) -> float:
        """So many in the median lap, a second: for laps that are alike, on a busy machine."""
        return count / percentile(self.laps, 0.5)

    def milliseconds(self, share: float = 0.5) -> float:
        """The lap that this share of all laps is not longer than."""
        return 1000 * percentile(self.laps, share)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
