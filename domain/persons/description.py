"""PersonDescription: what an agency knows of a person, to tell who is meant."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.persons.bsn import Pseudonym
from domain.values import Value
from domain.values.marks import OF_THE_FAMILY

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^0-9\x00-\x1f]+$")]
"""A name or a part of one. It has no digits, so that no number can hide in it."""

Initials = Annotated[str, Field(max_length=30, pattern=r"^[^0-9\x00-\x1f]+$")]


def _exists(text: str) -> str:
    date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    return text


BirthDate = Annotated[
    str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"), AfterValidator(_exists)
]
"""``1985-04-12``, or as far as it is known: ``1985-04``, ``1985`` (ISO 8601, reduced precision)."""

Postcode = Annotated[str, Field(pattern=r"^[1-9][0-9]{3} ?[A-Za-z]{2}$")]


class Gender(StrEnum):
    """As the agency has it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class PersonDescription(Value):
    """A person as an agency describes them.

    ``pseudonyms`` has the BSN's pseudonym under each key that is in use. ``prefix`` is what stands
    before the family name (tussenvoegsel); ``partner_name`` is the other half of a double name, or
    the birth name of who goes by a partner's.
    """

    pseudonyms: Annotated[tuple[Pseudonym, ...], Field(max_length=5), OF_THE_FAMILY] = ()
    birth_date: Annotated[BirthDate | None, OF_THE_FAMILY] = None
    given_names: Annotated[Name | None, OF_THE_FAMILY] = None
    initials: Annotated[Initials | None, OF_THE_FAMILY] = None
    prefix: Annotated[Name | None, OF_THE_FAMILY] = None
    family_name: Annotated[Name, OF_THE_FAMILY]
    partner_prefix: Annotated[Name | None, OF_THE_FAMILY] = None
    partner_name: Annotated[Name | None, OF_THE_FAMILY] = None
    gender: Gender | None = None
    postcode: Annotated[Postcode | None, OF_THE_FAMILY] = None
