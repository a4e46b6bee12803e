"""A population of made-up people who live in households: couples, children, twins, namesakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from stdnum.nl import bsn

from benchmarks.names import FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES
from domain.persons.description import Gender

TODAY = date(2026, 1, 1)
ADDRESSES_A_POSTCODE = 17
TWINS = 0.032
"""Share of children who have a twin: 16 twin births in a thousand."""
NAMED_AFTER_PARENT = 0.04
CHILDREN = (0, 0, 1, 1, 2, 2, 2, 3, 3, 4)


@dataclass(frozen=True)
class Human:
    """Who somebody really is. ``family`` and ``partner`` are ``prefix|name`` or ``name``."""

    number: int
    bsn: str
    born: date
    gender: Gender
    given: tuple[str, ...]
    family: str
    partner: str | None
    postcode: str


@dataclass
class Population:
    """People by number, and who lives together with whom."""

    people: list[Human] = field(default_factory=list)
    households: list[list[int]] = field(default_factory=list)
    household_of: dict[int, int] = field(default_factory=dict)

    def relatives(self, human: Human) -> list[Human]:
        """Those who live with this person."""
        members = self.households[self.household_of[human.number]]
        return [self.people[one] for one in members if one != human.number]


class Maker:
    """Makes households until there are enough people."""

    def __init__(self, size: int, seed: int) -> None:
        self.rng = Random(seed)
        self._size = size
        self._numbers: set[str] = set()
        self._postcodes = [
            self._postcode() for _ in range(max(1, size // (2 * ADDRESSES_A_POSTCODE)))
        ]
        self.population = Population()

    def make(self) -> Population:
        """The whole population."""
        while len(self.population.people) < self._size:
            self._household()
        return self.population

    def _household(self) -> None:
        rng, postcode = self.rng, self.rng.choice(self._postcodes)
        self.population.households.append([])
        age = rng.randint(19, 92)
        father = mother = None
        if rng.random() < 0.75:
            family = FAMILY_NAMES.draw(rng)
            father = self._add(Gender.MALE, self._born(age), family, None, postcode)
        if father is None or rng.random() < 0.7:
            partner = father.family if father and rng.random() < 0.7 else None
            born = self._born(max(18, age + rng.randint(-7, 4)))
            mother = self._add(Gender.FEMALE, born, FAMILY_NAMES.draw(rng), partner, postcode)
        if 24 <= age <= 58:
            self._children(father, mother, age, postcode)

    def _children(
        self, father: Human | None, mother: Human | None, age: int, postcode: str
    ) -> None:
        rng, named = self.rng, set[str]()
        family = (father or mother or self.population.people[-1]).family
        for _ in range(rng.choice(CHILDREN)):
            born = self._born(rng.randint(0, min(22, age - 20)))
            twins = 2 if rng.random() < TWINS / 2 else 1
            same_gender = rng.choice(list(Gender)[:2])
            for _ in range(twins):
                gender = same_gender if rng.random() < 0.7 else rng.choice(list(Gender)[:2])
                child = self._add(
                    gender, born, family, None, postcode, not_these=named, parent=father or mother
                )
                named.add(child.given[0])

    def _add(
        self,
        gender: Gender,
        born: date,
        family: str,
        partner: str | None,
        postcode: str,
        *,
        not_these: set[str] | None = None,
        parent: Human | None = None,
    ) -> Human:
        names = FEMALE_NAMES if gender is Gender.FEMALE else MALE_NAMES
        first = names.draw(self.rng)
        if parent and parent.gender is gender and self.rng.random() < NAMED_AFTER_PARENT:
            first = parent.given[0]
        while not_these and first in not_these:
            first = names.draw(self.rng)
        later = (names.draw(self.rng) for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2))))
        human = Human(
            number=len(self.population.people),
            bsn=self.new_bsn(),
            born=born,
            gender=gender,
            given=(first, *later),
            family=family,
            partner=partner,
            postcode=postcode,
        )
        self.population.people.append(human)
        self.population.household_of[human.number] = len(self.population.households) - 1
        self.population.households[-1].append(human.number)
        return human

    def new_bsn(self) -> str:
        """A number that passes the eleven-test and is nobody's yet."""
        while True:
            number = f"{self.rng.randint(10_000_000, 999_999_999):09d}"
            if number not in self._numbers and bsn.is_valid(number):
                self._numbers.add(number)
                return number

    def _born(self, age: int) -> date:
        return TODAY - timedelta(days=age * 365 + age // 4 + self.rng.randint(1, 365))

    def _postcode(self) -> str:
        letters = "".join(self.rng.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
        return f"{self.rng.randint(1000, 9999)}{letters}"


def population(size: int, seed: int) -> Population:
    """At least ``size`` people; the same ones for the same seed."""
    return Maker(size, seed).make()
