"""The circle of victims that widens around one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.patterns.periods import within_months
from domain.patterns.picture import KnownIncident, Picture, by_doer
from domain.patterns.rule import Seen, proof
from domain.values import IncidentKind


@dataclass(frozen=True)
class CircleLimits:
    """Args:
    kinds: incidents that are aimed at a person.
    months: how long after an earlier victim a next one widens the circle.
    """

    kinds: frozenset[IncidentKind]
    months: int


def widening_circle(picture: Picture, limits: CircleLimits) -> Iterator[Seen]:
    """One person reaches others after the first. Each in the circle after the first is a level.

    Two who are victims of the same incident are no circle by themselves. What proves it is the
    first incident against each in the circle.
    """
    aimed = (one for one in picture.incidents if one.kind in limits.kinds)
    for doer, own in by_doer(aimed).items():
        reached = _first_against_each(doer, own)
        earlier = {
            victim: _victims_before(doer, own, first, limits.months)
            for victim, first in reached.items()
        }
        later = [victim for victim, others in earlier.items() if others]
        if not later:
            continue
        circle = [one for one in reached if one in later or any(one in earlier[v] for v in later)]
        firsts = [reached[victim] for victim in circle]
        yield Seen(
            key=doer,
            level=len(circle) - 1,
            about=(doer, *circle),
            detail=f"{len(circle)} people reached, {len(later)} of them after another, "
            f"from {firsts[0].day} to {firsts[-1].day}",
            evidence=proof(firsts),
        )


def _first_against_each(doer: str, own: list[KnownIncident]) -> dict[str, KnownIncident]:
    first: dict[str, KnownIncident] = {}
    for incident in own:
        for victim in _others(doer, incident):
            first.setdefault(victim, incident)
    return first


def _victims_before(
    doer: str, own: list[KnownIncident], first: KnownIncident, months: int
) -> set[str]:
    """Who was a victim not long before this incident. At the same moment is not before."""
    return {
        victim
        for one in own
        if one.at < first.at and within_months(one.day, first.day, months)
        for victim in _others(doer, one)
    }


def _others(doer: str, incident: KnownIncident) -> list[str]:
    """In a fight somebody can be on both sides; nobody is in the circle around himself."""
    return [victim for victim in incident.victims if victim != doer]
