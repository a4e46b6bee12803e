"""Whether a description is of somebody known: certain, in doubt, or new.

A wrong link puts one family's trouble into another's plan, so a link is made by itself only where
the weights say so and nothing speaks against it. Our working agreement:

- the same BSN is certain only if birth date, given name and gender do not contradict it;
- without a BSN, birth date, family name and given name must all agree, and one initial is too
  little: twins share everything else;
- another BSN is never certain, however well the rest agrees;
- more than one certain candidate is a doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.persons.compare import Comparison, compare
from domain.persons.description import PersonDescription
from domain.persons.weights import CERTAIN, DOUBT, Field, Level


class Why(StrEnum):
    """Why a person has to look."""

    NOT_SURE = "not sure enough"
    CONTRADICTED = "same number or reference, but something else is different"
    SEVERAL = "more than one candidate"
    RULED_OUT = "was taken away from this person before"
    SEVERAL_FAMILIES = "the person is in more than one family"
    FOUND_LATER = "two people in the register may be one"


@dataclass(frozen=True)
class KnownPerson:
    """Somebody in the register who may be meant.

    ``same_reference``: the agency's own reference stands for this person already.
    ``ruled_out``: somebody has said that this reference is not of this person.
    """

    person_id: UUID
    descriptions: tuple[PersonDescription, ...]
    same_reference: bool = False
    ruled_out: bool = False


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant, and what speaks for and against it."""

    person_id: UUID
    comparison: Comparison
    certain: bool
    contradicted: bool
    said_before: bool = False
    """The very same was said before: too little to tell, and too much to be somebody new."""
    ruled_out: bool = False


@dataclass(frozen=True)
class Certain:
    """It is this person."""

    candidate: Candidate


@dataclass(frozen=True)
class Doubt:
    """It may be one of these, the likeliest first."""

    candidates: tuple[Candidate, ...]
    why: Why


@dataclass(frozen=True)
class New:
    """It is nobody who is known."""


Verdict = Certain | Doubt | New

_AGREEING_GIVEN = {Level.SAME, Level.CALL_NAME}
_AGREEING_SURNAME = {Level.SAME, Level.COMMON, Level.TYPING_ERROR}
_AGREEING_BIRTH = {Level.SAME, Level.SWAPPED, Level.TYPING_ERROR}


def judge(description: PersonDescription, known: Iterable[KnownPerson]) -> Verdict:
    """Decide who is meant. The order of ``known`` makes no difference."""
    found = [
        one
        for one in (consider(description, person) for person in known)
        if one.certain or one.contradicted or one.said_before or one.comparison.weight >= DOUBT
    ]
    if not found:
        return New()
    found.sort(key=lambda one: (not one.certain, -one.comparison.weight, one.person_id))
    certain = [one for one in found if one.certain]
    if len(certain) == 1 and not any(_same_bsn(one) for one in found if one is not certain[0]):
        return Certain(certain[0])
    return Doubt(tuple(found), _why(found, certain))


def consider(description: PersonDescription, person: KnownPerson) -> Candidate:
    """Compare a description with the one of a person's that is most like it."""
    comparisons = [compare(description, one) for one in person.descriptions]
    best = max(comparisons, key=lambda one: (one.weight, one.reasons))
    if best.level(Field.BSN) is Level.UNKNOWN and any(
        one.level(Field.BSN) is Level.DIFFERENT for one in comparisons
    ):
        best = best.having(Field.BSN, Level.DIFFERENT)
    vouched = person.same_reference or best.level(Field.BSN) is Level.SAME
    certain = _vouched(best, by_bsn=not person.same_reference) if vouched else _alike(best)
    if best.level(Field.GIVEN_NAME) is Level.ALL_INITIALS:
        # The initials may be those of a twin whose name stands beside them in full.
        certain = certain and not any(_other_name(one) for one in comparisons)
    return Candidate(
        person.person_id,
        best,
        certain=certain and not person.ruled_out,
        contradicted=vouched and not certain,
        said_before=description in person.descriptions,
        ruled_out=person.ruled_out,
    )


def _vouched(found: Comparison, *, by_bsn: bool) -> bool:
    """A BSN or an agency's own reference says that it is one person. Does the rest allow that?"""
    born, given = found.level(Field.BIRTH_DATE), found.level(Field.GIVEN_NAME)
    if (
        found.level(Field.BSN) is Level.DIFFERENT
        or found.level(Field.GENDER) is Level.DIFFERENT
        or Level.DIFFERENT in {born, given}
    ):
        return False
    if not by_bsn:
        return found.level(Field.SURNAME) is not Level.DIFFERENT or given in _AGREEING_GIVEN
    # A relative's BSN: the family name is the same, and it says nothing.
    return born in _AGREEING_BIRTH or given in _AGREEING_GIVEN


def _alike(found: Comparison) -> bool:
    """Nothing but the description says that it is one person."""
    return (
        found.weight >= CERTAIN
        and found.level(Field.BSN) is Level.UNKNOWN
        and found.level(Field.GENDER) is not Level.DIFFERENT
        and found.level(Field.BIRTH_DATE) in _AGREEING_BIRTH
        and found.level(Field.SURNAME) in _AGREEING_SURNAME
        and found.level(Field.GIVEN_NAME) in {*_AGREEING_GIVEN, Level.ALL_INITIALS}
    )


def _other_name(found: Comparison) -> bool:
    return found.level(Field.GIVEN_NAME) in {Level.DIFFERENT, Level.LATER_NAME, Level.INITIAL}


def _same_bsn(candidate: Candidate) -> bool:
    return candidate.comparison.level(Field.BSN) is Level.SAME


def _why(found: Sequence[Candidate], certain: Sequence[Candidate]) -> Why:
    if any(one.ruled_out for one in found):
        return Why.RULED_OUT
    if len(certain) > 1:
        return Why.SEVERAL
    if any(one.contradicted for one in found):
        return Why.CONTRADICTED
    return Why.NOT_SURE
