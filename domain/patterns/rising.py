"""What happens more often, and what gets graver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from domain.patterns.periods import within_months
from domain.patterns.picture import KnownIncident, Picture, by_doer
from domain.patterns.rule import Seen, proof
from domain.values import Gravity

GRAVITIES = tuple(Gravity)
"""From the least grave to the gravest."""


@dataclass(frozen=True)
class FrequencyLimits:
    """Args:
    days: the length of each of the two periods that are compared.
    at_least: incidents in the last period.
    times: how many times as many as in the period before.
    """

    days: int
    at_least: int
    times: int


@dataclass(frozen=True)
class GravityLimits:
    """Args:
    in_a_row: incidents one after another, of which all others are graver than the first.
    alarming: from where on one graver incident is enough.
    months: from the first to the last of the incidents that are compared.
    """

    in_a_row: int
    alarming: Gravity
    months: int


def rising_frequency(picture: Picture, limits: FrequencyLimits) -> Iterator[Seen]:
    """More and more incidents, of any kind, by one person.

    The last period ends on the day of the last incident and not today, so that time alone
    changes nothing. Each time the number needed is reached over again is one level.
    """
    for doer, own in by_doer(picture.incidents).items():
        ages = [(own[-1].day - one.day).days for one in own]
        recent = [one for one, age in zip(own, ages, strict=True) if age < limits.days]
        before = sum(limits.days <= age < 2 * limits.days for age in ages)
        if len(recent) < max(limits.at_least, limits.times * before):
            continue
        yield Seen(
            key=doer,
            level=len(recent) // limits.at_least,
            about=(doer,),
            detail=f"{len(recent)} incidents in {limits.days} days up to {own[-1].day}, "
            f"{before} in the {limits.days} days before",
            evidence=proof(recent),
        )


def rising_gravity(picture: Picture, limits: GravityLimits) -> Iterator[Seen]:
    """Incidents by one person get graver, and stay so or become alarming.

    Only incidents of which the gravity was stated count. The gravest that a rise ends in is the
    level: serious is 1, severe 2, life-threatening 3.
    """
    for doer, own in by_doer(picture.incidents).items():
        stated = [one for one in own if one.gravity is not None]
        rises = [*_lasting(stated, limits), *_alarming(stated, limits)]
        if not rises:
            continue
        rise = max(rises, key=lambda one: _rank(one[-1]))
        first, last = rise[0], rise[-1]
        yield Seen(
            key=doer,
            level=_rank(last),
            about=(doer,),
            detail=f"from {first.gravity} on {first.day} to {last.gravity} on {last.day}",
            evidence=proof(rise),
        )


def _lasting(stated: list[KnownIncident], limits: GravityLimits) -> Iterator[list[KnownIncident]]:
    """Incidents in a row of which all others are graver than the first."""
    for start in range(len(stated) - limits.in_a_row + 1):
        row = stated[start : start + limits.in_a_row]
        first, *others = row
        if (
            all(earlier.at < later.at for earlier, later in pairwise(row))
            and within_months(first.day, row[-1].day, limits.months)
            and all(_rank(one) > _rank(first) for one in others)
        ):
            yield row


def _alarming(stated: list[KnownIncident], limits: GravityLimits) -> Iterator[list[KnownIncident]]:
    """An alarming incident, after the last one before it that was less grave."""
    last_of: dict[int, KnownIncident] = {}
    for _, group in groupby(stated, key=lambda one: one.at):
        at_once = list(group)
        for incident in at_once:
            lesser = [one for rank, one in last_of.items() if rank < _rank(incident)]
            last = max(lesser, key=lambda one: (one.at, one.incident_id), default=None)
            if (
                last is not None
                and _rank(incident) >= GRAVITIES.index(limits.alarming)
                and within_months(last.day, incident.day, limits.months)
            ):
                yield [last, incident]
        last_of |= {_rank(one): one for one in at_once}


def _rank(incident: KnownIncident) -> int:
    """How grave a stated gravity is, from 0."""
    if incident.gravity is None:
        raise ValueError(f"nobody stated how grave {incident.incident_id} is")
    return GRAVITIES.index(incident.gravity)
