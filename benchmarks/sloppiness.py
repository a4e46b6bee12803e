"""How agencies describe somebody: what they leave out, abbreviate, confuse and mistype."""

from __future__ import annotations

import hashlib
from datetime import date
from random import Random
from typing import Any

from anyascii import anyascii

from benchmarks.population import Human, Population
from domain.persons.description import PersonDescription
from domain.persons.names import normalise
from domain.persons.nicknames import CALLED

BSN_GIVEN = 0.55
BSN_OF_ANOTHER = 0.006
"""Of the numbers given. Most mistyped ones fail the eleven-test: the agency gets no pseudonym."""
NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa",
    "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu",
    "z": "x",
}  # fmt: skip
SHORT_PREFIX = {"van der": "v.d.", "van den": "v.d.", "van de": "v/d", "van": "v.", "de": "d."}


def pseudonym_of(number: str) -> str:
    """Stands for the keyed one: all that is compared is whether two are the same."""
    return "k1-" + hashlib.sha256(number.encode()).hexdigest()


class Agency:
    """Describes people of a population."""

    def __init__(self, population: Population, seed: int) -> None:
        self._population = population
        self._rng = Random(seed)

    def describe(self, human: Human) -> PersonDescription:
        """One description. Its errors are drawn anew each time."""
        facts = {
            **self._number(human),
            **self._given(human),
            **self._family(human),
            "birth_date": self._born(human.born),
            "gender": self._gender(human),
            "postcode": self._postcode(human),
        }
        return PersonDescription(**{key: value for key, value in facts.items() if value})

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _number(self, human: Human) -> dict[str, Any]:
        if not self._chance(BSN_GIVEN):
            return {}
        number = human.bsn
        if self._chance(BSN_OF_ANOTHER):
            relatives = self._population.relatives(human)
            others = relatives if relatives and self._chance(0.7) else self._population.people
            number = self._rng.choice(others).bsn
        return {"pseudonyms": (pseudonym_of(number),)}

    def _born(self, born: date) -> str | None:
        fate = self._rng.random()
        if fate < 0.012:
            return None
        if fate < 0.02:
            return f"{born:%Y}"
        if fate < 0.032 and born.day <= 12:
            return f"{born:%Y-%d-%m}"
        if fate < 0.044:
            return self._misdated(born)
        return f"{born:%Y-%m-%d}"

    def _misdated(self, born: date) -> str:
        text = f"{born:%Y-%m-%d}"
        while True:
            place = self._rng.choice((2, 3, 5, 6, 8, 9))
            wrong = text[:place] + str(self._rng.randint(0, 9)) + text[place + 1 :]
            try:
                date.fromisoformat(wrong)
            except ValueError:
                continue
            if wrong != text:
                return wrong

    def _given(self, human: Human) -> dict[str, Any]:
        given, fate = human.given, self._rng.random()
        letters = "".join(f"{name[0]}." for name in given)
        if fate < 0.03:
            return {}
        if fate < 0.18:
            return {"initials": letters}
        facts: dict[str, Any] = {"initials": letters} if self._chance(0.4) else {}
        if fate < 0.55:
            names = " ".join(given)
        elif fate < 0.85:
            names = given[0]
        else:
            called = sorted(CALLED.get(normalise(given[0]), ()))
            names = self._rng.choice(called).title() if called else given[0]
        return {**facts, "given_names": self._written(names, errors=0.02)}

    def _family(self, human: Human) -> dict[str, Any]:
        own, partner = human.family, human.partner
        if partner is None or self._chance(0.35):
            return self._name(own)
        style = self._rng.random()
        if style < 0.25:
            return self._name(partner)
        if style < 0.5:
            prefix, name = _halves(own)
            facts = self._name(partner)
            return facts | {"partner_prefix": prefix, "partner_name": self._written(name)}
        first, second = (partner, own) if style < 0.85 else (own, partner)
        between = self._rng.choice(("-", "-", " - ", " e/v "))
        return {"family_name": between.join(self._written(_whole(one)) for one in (first, second))}

    def _name(self, family: str) -> dict[str, Any]:
        prefix, name = _halves(family)
        written = self._written(name)
        fate = self._rng.random()
        if not prefix or fate < 0.07:
            return {"family_name": written}
        if fate < 0.15:
            return {"prefix": SHORT_PREFIX.get(prefix, prefix), "family_name": written}
        if fate < 0.3:
            return {"family_name": f"{prefix} {written}"}
        return {"prefix": prefix, "family_name": written}

    def _written(self, name: str, errors: float = 0.03) -> str:
        if self._chance(0.5):
            name = anyascii(name)
        if self._chance(0.08):
            name = name.replace("ij", "y")
        if self._chance(errors):
            name = self._mistyped(name)
        return name.upper() if self._chance(0.1) else name

    def _mistyped(self, name: str) -> str:
        letters = [place for place, letter in enumerate(name) if letter.isalpha() and place > 0]
        if not letters:
            return name
        place = self._rng.choice(letters)
        fate = self._rng.random()
        if fate < 0.3 and len(letters) > 3:
            return name[:place] + name[place + 1 :]
        if fate < 0.5:
            return name[:place] + name[place] + name[place:]
        if fate < 0.7 and place + 1 < len(name) and name[place + 1].isalpha():
            return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        wrong = self._rng.choice(NEIGHBOURS.get(name[place].lower(), "e"))
        return name[:place] + wrong + name[place + 1 :]

    def _gender(self, human: Human) -> str | None:
        if self._chance(0.1):
            return None
        if self._chance(0.004):
            return "male" if human.gender == "female" else "female"
        return human.gender

    def _postcode(self, human: Human) -> str | None:
        if self._chance(0.3):
            return None
        if self._chance(0.08):
            return self._rng.choice(self._population.people).postcode
        if self._chance(0.02):
            return f"{human.postcode[:4]}{self._rng.choice('ABCDE')}{self._rng.choice('KLMN')}"
        code = human.postcode
        return f"{code[:4]} {code[4:]}" if self._chance(0.3) else code


def _halves(family: str) -> tuple[str | None, str]:
    prefix, bar, name = family.partition("|")
    return (prefix, name) if bar else (None, family)


def _whole(family: str) -> str:
    return family.replace("|", " ")
