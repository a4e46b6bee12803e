"""How far two descriptions agree, field by field, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import OSA

from domain.persons.description import PersonDescription
from domain.persons.names import Surname, given_names, initials, surnames
from domain.persons.nicknames import is_call_name
from domain.persons.weights import COMMON_SURNAMES, TABLE, Field, Level

SHORTEST_WITH_ERROR = 4
"""Letters of a name in which one may be wrong: Bos and Vos are two names."""
LONGEST_WITH_ONE_ERROR = 8
"""Letters above which two may be wrong."""
ALL_INITIALS = 2
"""How many initials have to be the same to be more than a coincidence."""


@dataclass(frozen=True, slots=True)
class Traits:
    """A description in the form in which it is compared."""

    pseudonyms: frozenset[str]
    born: tuple[str, ...]
    """Year, month and day, as far as known."""
    surnames: frozenset[Surname]
    given: tuple[str, ...]
    initials: str
    gender: str | None
    postcode: str | None


@lru_cache(maxsize=4096)
def traits(one: PersonDescription) -> Traits:
    """The description in the form in which it is compared."""
    halves = (
        *surnames(one.prefix, one.family_name),
        *surnames(one.partner_prefix, one.partner_name),
    )
    return Traits(
        pseudonyms=frozenset(one.pseudonyms),
        born=tuple(one.birth_date.split("-")) if one.birth_date else (),
        surnames=frozenset(halves),
        given=given_names(one.given_names),
        initials=initials(one.initials, one.given_names),
        gender=one.gender,
        postcode=one.postcode.replace(" ", "").upper() if one.postcode else None,
    )


@dataclass(frozen=True)
class Comparison:
    """The level of agreement in each field."""

    levels: tuple[tuple[Field, Level], ...]

    @cached_property
    def weight(self) -> float:
        """All fields together, in bits. An unknown one says nothing."""
        return sum(TABLE[one].weight for one in self.levels if one[1] is not Level.UNKNOWN)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """The fields that say something, in words and without personal data."""
        return tuple(
            f"{field}: {level} ({TABLE[field, level].weight:+.1f})"
            for field, level in self.levels
            if level is not Level.UNKNOWN
        )

    def level(self, field: Field) -> Level:
        """How far the two agree in this field."""
        return dict(self.levels)[field]

    def having(self, field: Field, level: Level) -> Comparison:
        """The same with another level in one field."""
        return Comparison(tuple((one, level if one is field else was) for one, was in self.levels))


def compare(one: PersonDescription, other: PersonDescription) -> Comparison:
    """Compare two descriptions. Which of them comes first makes no difference."""
    a, b = traits(one), traits(other)
    return Comparison(
        (
            (Field.BSN, _bsn(a, b)),
            (Field.BIRTH_DATE, _birth_date(a.born, b.born)),
            (Field.SURNAME, _surname(a, b)),
            (Field.GIVEN_NAME, _given_name(a, b)),
            (Field.GENDER, _equal(a.gender, b.gender)),
            (Field.POSTCODE, _postcode(a.postcode, b.postcode)),
        )
    )


def _bsn(a: Traits, b: Traits) -> Level:
    if a.pseudonyms & b.pseudonyms:
        return Level.SAME
    # Pseudonyms under two keys cannot be compared.
    keys = {one.split("-")[0] for one in a.pseudonyms} & {one.split("-")[0] for one in b.pseudonyms}
    return Level.DIFFERENT if keys else Level.UNKNOWN


def _birth_date(a: tuple[str, ...], b: tuple[str, ...]) -> Level:
    known = min(len(a), len(b))
    if known == 0:
        return Level.UNKNOWN
    if a[:known] == b[:known]:
        return Level.SAME if known == len(("year", "month", "day")) else Level.PARTLY
    if len(a) == len(b) and (a[0], *a[:0:-1]) == b:
        return Level.SWAPPED
    if len(a) == len(b) and OSA.distance("".join(a), "".join(b), score_cutoff=1) == 1:
        return Level.TYPING_ERROR
    return Level.DIFFERENT


def _surname(a: Traits, b: Traits) -> Level:
    if not a.surnames or not b.surnames:
        return Level.UNKNOWN
    same = {one.core for one in a.surnames} & {one.core for one in b.surnames}
    if same or {one.whole for one in a.surnames} & {one.whole for one in b.surnames}:
        return Level.COMMON if same and same <= COMMON_SURNAMES else Level.SAME
    if any(_close(x.core, y.core) for x in a.surnames for y in b.surnames):
        return Level.TYPING_ERROR
    return Level.DIFFERENT


def _given_name(a: Traits, b: Traits) -> Level:
    if not (a.given and b.given):
        return _initials(a.initials, b.initials)
    level = _full_given_name(a.given, b.given)
    if level is Level.DIFFERENT and _initials(a.initials, b.initials) is Level.ALL_INITIALS:
        return Level.INITIAL
    return level


def _full_given_name(a: tuple[str, ...], b: tuple[str, ...]) -> Level:
    shared = min(len(a), len(b))
    if a[:shared] == b[:shared] or "".join(a) == "".join(b):
        return Level.SAME
    if a[0] == b[0]:
        return Level.FIRST_ONLY
    if is_call_name(a[0], b[0]):
        return Level.CALL_NAME
    if _close(a[0], b[0]):
        return Level.TYPING_ERROR
    return Level.LATER_NAME if set(a) & set(b) else Level.DIFFERENT


def _initials(a: str, b: str) -> Level:
    if not a or not b:
        return Level.UNKNOWN
    if a == b and len(a) >= ALL_INITIALS:
        return Level.ALL_INITIALS
    return Level.INITIAL if a[0] == b[0] else Level.DIFFERENT


def _close(a: str, b: str) -> bool:
    shortest = min(len(a), len(b))
    if shortest < SHORTEST_WITH_ERROR:
        return False
    allowed = 1 if shortest <= LONGEST_WITH_ONE_ERROR else 2
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed


def _equal(a: str | None, b: str | None) -> Level:
    if a is None or b is None:
        return Level.UNKNOWN
    return Level.SAME if a == b else Level.DIFFERENT


def _postcode(a: str | None, b: str | None) -> Level:
    if a is None or b is None or a == b:
        return _equal(a, b)
    return Level.NEAR if a[:4] == b[:4] else Level.DIFFERENT
