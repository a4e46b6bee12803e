"""The same over generations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.patterns.periods import is_minor
from domain.patterns.picture import KnownIncident, KnownMember, Picture, people_in
from domain.patterns.rule import FAMILY, Seen, proof
from domain.values import FamilyRole, IncidentKind

CHILDREN, PARENTS, GRANDPARENTS = 0, 1, 2


@dataclass(frozen=True)
class GenerationLimits:
    """Args:
    kinds: incidents that count.
    generation_of: how many generations each role stands above the children; others do not count.
    """

    kinds: frozenset[IncidentKind]
    generation_of: Mapping[FamilyRole, int]


Handed = tuple[KnownIncident, KnownIncident]
"""An incident of an earlier generation, and one against a child."""


def over_generations(picture: Picture, limits: GenerationLimits) -> Iterator[Seen]:
    """A child is a victim, and an earlier generation was in the same trouble.

    That is so when somebody of it was a victim or did something while under age themselves, or
    when a grandparent did something against a parent and a parent against a child. Each earlier
    generation is one level.
    """
    tree = _Tree(picture, limits)
    handed = dict(sorted((tree.from_one_to_the_next() | tree.when_young()).items()))
    if handed:
        incidents = [one for pair in handed.values() for one in pair]
        yield Seen(
            key=FAMILY,
            level=len(handed),
            about=people_in(incidents),
            detail=f"incidents against a child, and in earlier generations: {len(handed)}, "
            f"from {min(incidents, key=lambda one: one.at).day} on",
            evidence=proof(incidents),
        )


class _Tree:
    """Who stands in which generation, and what happened between them."""

    def __init__(self, picture: Picture, limits: GenerationLimits) -> None:
        self._members = {
            one.member_id: one for one in picture.members if one.role in limits.generation_of
        }
        self._generation_of = limits.generation_of
        self._incidents = [one for one in picture.incidents if one.kind in limits.kinds]
        self._against_children = [one for one in self._incidents if self._has_child(one)]

    def when_young(self) -> dict[int, Handed]:
        """For each earlier generation the first of its members' own youth, and a child's after it.

        What somebody did while under age against their own child is no earlier generation.
        """
        found: dict[int, Handed] = {}
        for early in self._incidents:
            if CHILDREN in self._generations(early.victims):
                continue
            late = next((one for one in self._against_children if early.at < one.at), None)
            for member in self._of(people_in([early])):
                generation = self._generation_of[member.role]
                young = member.birth_date is not None and is_minor(member.birth_date, early.day)
                if late is not None and young and generation > CHILDREN:
                    found.setdefault(generation, (early, late))
        return found

    def from_one_to_the_next(self) -> dict[int, Handed]:
        """A grandparent did something against a parent, and a parent against a child."""
        above = (
            one
            for one in self._incidents
            if GRANDPARENTS in self._generations(one.doers)
            and PARENTS in self._generations(one.victims)
        )
        below = (one for one in self._against_children if PARENTS in self._generations(one.doers))
        pair = next(above, None), next(below, None)
        return {} if pair[0] is None or pair[1] is None else {PARENTS: (pair[0], pair[1])}

    def _has_child(self, incident: KnownIncident) -> bool:
        return any(
            self._generation_of[one.role] == CHILDREN and one.is_child_on(incident.day)
            for one in self._of(incident.victims)
        )

    def _of(self, member_ids: tuple[str, ...]) -> list[KnownMember]:
        return [self._members[one] for one in member_ids if one in self._members]

    def _generations(self, member_ids: tuple[str, ...]) -> set[int]:
        return {self._generation_of[one.role] for one in self._of(member_ids)}
