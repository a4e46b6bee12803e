"""The one table of how much each field says about whether two descriptions are of one person.

After Fellegi and Sunter, "A Theory for Record Linkage" (1969): of each level of agreement, how
often it occurs between two descriptions of one person (``same``) and of two people who were taken
at random (``random``). Its weight is the logarithm of their ratio, in bits. The numbers are our
working agreement, set with `make bench-matching`; docs/matching.md says how.
"""

from __future__ import annotations

from enum import StrEnum
from math import log2
from typing import NamedTuple


class Field(StrEnum):
    """What is compared."""

    BSN = "bsn"
    BIRTH_DATE = "birth-date"
    SURNAME = "surname"
    GIVEN_NAME = "given-name"
    GENDER = "gender"
    POSTCODE = "postcode"


class Level(StrEnum):
    """How far the two agree in one field."""

    SAME = "same"
    COMMON = "same, and common"
    PARTLY = "same as far as known"
    SWAPPED = "day and month swapped"
    TYPING_ERROR = "one typing error apart"
    CALL_NAME = "formal name and call name"
    FIRST_ONLY = "first name same, later ones not"
    LATER_NAME = "a later name same"
    ALL_INITIALS = "all initials same"
    INITIAL = "first initial same"
    NEAR = "same neighbourhood"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class Odds(NamedTuple):
    """How often a level occurs: for one person, and for two taken at random."""

    same: float
    random: float

    @property
    def weight(self) -> float:
        """In bits; above 0 it speaks for one person, below 0 against it."""
        return log2(self.same / self.random)


TABLE: dict[tuple[Field, Level], Odds] = {
    (Field.BSN, Level.SAME): Odds(0.95, 0.000_001),
    (Field.BSN, Level.DIFFERENT): Odds(0.03, 0.999),
    (Field.BIRTH_DATE, Level.SAME): Odds(0.93, 1 / 25_000),
    (Field.BIRTH_DATE, Level.PARTLY): Odds(0.9, 1 / 100),
    (Field.BIRTH_DATE, Level.SWAPPED): Odds(0.01, 1 / 25_000),
    (Field.BIRTH_DATE, Level.TYPING_ERROR): Odds(0.02, 1 / 2_000),
    (Field.BIRTH_DATE, Level.DIFFERENT): Odds(0.01, 0.99),
    (Field.SURNAME, Level.SAME): Odds(0.85, 1 / 1_600),
    (Field.SURNAME, Level.COMMON): Odds(0.85, 1 / 160),
    (Field.SURNAME, Level.TYPING_ERROR): Odds(0.06, 1 / 600),
    (Field.SURNAME, Level.DIFFERENT): Odds(0.09, 0.99),
    (Field.GIVEN_NAME, Level.SAME): Odds(0.75, 1 / 250),
    (Field.GIVEN_NAME, Level.CALL_NAME): Odds(0.1, 1 / 250),
    (Field.GIVEN_NAME, Level.TYPING_ERROR): Odds(0.05, 1 / 250),
    (Field.GIVEN_NAME, Level.FIRST_ONLY): Odds(0.02, 1 / 300),
    (Field.GIVEN_NAME, Level.LATER_NAME): Odds(0.03, 1 / 50),
    (Field.GIVEN_NAME, Level.ALL_INITIALS): Odds(0.7, 1 / 120),
    (Field.GIVEN_NAME, Level.INITIAL): Odds(0.9, 1 / 12),
    (Field.GIVEN_NAME, Level.DIFFERENT): Odds(0.03, 0.9),
    (Field.GENDER, Level.SAME): Odds(0.99, 0.5),
    (Field.GENDER, Level.DIFFERENT): Odds(0.01, 0.5),
    (Field.POSTCODE, Level.SAME): Odds(0.6, 1 / 5_000),
    (Field.POSTCODE, Level.NEAR): Odds(0.15, 1 / 300),
    (Field.POSTCODE, Level.DIFFERENT): Odds(0.25, 0.99),
}

CERTAIN = 28.0
"""Bits from which on a match without a BSN may be certain. A register of 260,000 people is odds of
2^-18 for any one of them; the other 10 bits make it a thousand to one."""
DOUBT = 18.0
"""Bits from which on somebody is worth a look: as likely as not in a register of that size."""

_COMMON_SURNAMES_WORDS = """
aydin bakker berg boer bos bosch brink broek brouwer bruyn dam demir dyk graaf haan heuvel
hoekstra huisman jacobs jansen janssen jong jonge kaya koning kok kramer kuypers leeuwen linden
meer meulen meyer mohamed molen mulder nguyen peters post postma prins sanders schouten singh
smeets smit smits sahin veen ven verhoeven vermeulen vink visser vliet vos vries wal willems wit
yilmaz yang kuiper kuyper leeuw martens scholten groot hermans evers ali amrani ahmed hendriks
dekker wouters dykstra vermeer gerritsen
"""
COMMON_SURNAMES = frozenset(_COMMON_SURNAMES_WORDS.split())
"""Family names without their prefix, normalised, that many people have."""
