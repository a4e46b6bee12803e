"""Problems that make each other worse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.calendar import dutch_day
from domain.patterns.periods import months_after
from domain.patterns.picture import KnownConcern, KnownIncident, Picture, known, people_in
from domain.patterns.rule import Seen, proof
from domain.values import IncidentKind, LifeDomain


@dataclass(frozen=True)
class Combination:
    """A problem, and what is worrying together with it.

    Args:
        name: the key of what is found; with the member's id after it for one of one member.
        concern: the life domain of an open concern.
        other_concern: the life domain of another open concern, None when that does not count.
        incidents: kinds of incidents that count.
        of_one_member: whether the concern must be about the one who did the incident.
    """

    name: str
    concern: LifeDomain
    other_concern: LifeDomain | None = None
    incidents: frozenset[IncidentKind] = frozenset()
    of_one_member: bool = False


@dataclass(frozen=True)
class CombinationLimits:
    """Args:
    combinations: what is looked for.
    months: how long before the concern was raised an incident still counts.
    """

    combinations: tuple[Combination, ...]
    months: int


def combined_problems(picture: Picture, limits: CombinationLimits) -> Iterator[Seen]:
    """An open concern, together with another one or with incidents.

    A concern that was resolved no longer counts.
    """
    for pair in limits.combinations:
        concerns = _open_concerns(picture, pair.concern)
        if not pair.of_one_member:
            yield from _together(picture, pair, concerns, limits.months)
            continue
        for member in known(member for one in concerns for member in one.about):
            own = [one for one in concerns if member in one.about]
            yield from _together(picture, pair, own, limits.months, member)


def _together(
    picture: Picture,
    pair: Combination,
    concerns: list[KnownConcern],
    months: int,
    member: str | None = None,
) -> Iterator[Seen]:
    others = [] if pair.other_concern is None else _open_concerns(picture, pair.other_concern)
    incidents = [
        one
        for one in picture.incidents
        if one.kind in pair.incidents
        and (member is None or member in one.doers)
        and _is_recent(one, concerns, months)
    ]
    if not concerns or not (others or incidents):
        return
    about = [member for one in (*concerns, *others) for member in one.about]
    yield Seen(
        key=pair.name if member is None else f"{pair.name}:{member}",
        about=known((*about, *people_in(incidents)) if member is None else (member,)),
        detail=f"concerns about {pair.concern}: {len(concerns)}, together with "
        f"other concerns: {len(others)}, incidents: {len(incidents)}",
        evidence=proof((*concerns, *others, *incidents)),
    )


def _open_concerns(picture: Picture, life_domain: LifeDomain) -> list[KnownConcern]:
    return [one for one in picture.concerns if one.is_open and one.life_domain is life_domain]


def _is_recent(incident: KnownIncident, concerns: Iterable[KnownConcern], months: int) -> bool:
    """Whether it is later than a concern that is still open, or not long before it."""
    last = months_after(incident.day, months)
    return any(dutch_day(one.at) <= last for one in concerns)
