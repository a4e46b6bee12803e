"""Where members can be found, and from whom that is hidden."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.values.base import ItemId, MemberId, Value
from domain.values.marks import NAMED

Street = Annotated[str, Field(min_length=1, max_length=200)]
Place = Annotated[str, Field(min_length=1, max_length=100)]
Postcode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{1,14}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""Two letters (ISO 3166-1, alpha-2)."""


class AddressKind(StrEnum):
    """What somebody is there for."""

    HOME = "home"
    SHELTER = "shelter"
    WORK = "work"
    SCHOOL = "school"
    OTHER = "other"


class Shield(Value):
    """Whose an address is, and which members of the family may not know it.

    ``member_id`` and ``with_members`` are those who live, work or learn there: from them it is
    never hidden. ``hidden_from_all`` hides it from every other member, those who come later
    included, but for those in ``shown_to``. ``hidden_from`` are hidden from whatever else is said.
    """

    member_id: MemberId
    with_members: tuple[MemberId, ...] = ()
    hidden_from: tuple[MemberId, ...] = ()
    hidden_from_all: bool
    shown_to: tuple[MemberId, ...] = ()


class Address(Shield):
    """Adres: where a member can be found."""

    address_id: ItemId
    kind: AddressKind
    street: Annotated[Street, NAMED]
    """With the number, and what else stands on an envelope above the town."""
    postcode: Annotated[Postcode | None, NAMED] = None
    city: Annotated[Place, NAMED]
    country: Country = "NL"
