"""What is to be told to a family's plan, from what the watchers see and what it was told before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.values import Finding
from projections.rows import Reader
from projections.signals import SignalView, signals_of
from projections.watching import Look, Watcher

Place = tuple[str, str]
"""A rule and a key."""


@dataclass(frozen=True)
class Tidings:
    """What a plan is to be told now, and when the family is to be looked at again.

    Telling a plan what it knows changes nothing, so that looking twice does no harm.
    """

    raised: tuple[Finding, ...] = ()
    lapsed: tuple[Place, ...] = ()
    expired: tuple[str, ...] = ()
    next_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.raised or self.lapsed or self.expired)

    def tell(self, plan: FamilyPlan, context: Context) -> None:
        """Give the plan the commands. Raises DomainError for what it does not take."""
        for term_id in self.expired:
            plan.expire_term(term_id, context)
        for rule, key in self.lapsed:
            plan.lapse_signal(rule, key, context)
        for finding in self.raised:
            plan.raise_signal(finding, context)


def look(watchers: Sequence[Watcher], reader: Reader, family_id: str, now: datetime) -> Tidings:
    """Look at a family with all watchers, and keep what its plan does not know yet."""
    looks = [watcher.look(reader, family_id, now) for watcher in watchers]
    findings = {(found.rule, found.key): found for one in looks for found in one.findings}
    standing = _standing(signals_of(reader, family_id))
    moments = [one.next_at for one in looks if one.next_at is not None]
    return Tidings(
        raised=tuple(
            found
            for place, found in findings.items()
            if place not in standing or standing[place].level < found.level
        ),
        lapsed=tuple(place for place in standing if place not in findings),
        expired=_expired(looks),
        next_at=min(moments, default=None),
    )


def _standing(signals: Iterable[SignalView]) -> dict[Place, SignalView]:
    """The last signal of each rule and key, unless what it was about is over.

    There is one at most that is not, but where two families were merged that both had one.
    """
    going_on = [signal for signal in signals if signal.lapsed_at is None]
    return {
        (signal.rule, signal.key): signal
        for signal in sorted(going_on, key=lambda one: (one.level, one.number))
    }


def _expired(looks: Iterable[Look]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term_id for one in looks for term_id in one.expired))
