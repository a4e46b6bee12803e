"""Addresses, and from which members they are hidden."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.values import AddressKind, ItemId, MemberId, Text, Value
from domain.values.addresses import Country, Place, Postcode, Street


class AddressRecordedData(Value):
    """It is known where a member can be found, and which other members may not know it.

    Left out, ``hidden_from_all`` is true for a shelter and false for any other address.
    """

    address_id: ItemId
    member_id: MemberId
    with_members: tuple[MemberId, ...] = ()
    kind: AddressKind
    street: Street
    postcode: Postcode | None = None
    city: Place
    country: Country = "NL"
    hidden_from: tuple[MemberId, ...] = ()
    hidden_from_all: bool | None = None
    shown_to: tuple[MemberId, ...] = ()


class AddressHiddenData(Value):
    """An address is hidden from these members too, or from all who do not live there."""

    address_id: ItemId
    hidden_from: tuple[MemberId, ...] = ()
    hidden_from_all: bool = False
    reason: Text


class AddressShownData(Value):
    """An address is no longer hidden from these members."""

    address_id: ItemId
    shown_to: Annotated[tuple[MemberId, ...], Field(min_length=1)]
    reason: Text


class AddressEndedData(Value):
    """Nobody can be found at an address any more."""

    address_id: ItemId
    reason: Text


TYPES: dict[str, type[Value]] = {
    "nl.oneplan.address.recorded.v1": AddressRecordedData,
    "nl.oneplan.address.hidden.v1": AddressHiddenData,
    "nl.oneplan.address.shown.v1": AddressShownData,
    "nl.oneplan.address.ended.v1": AddressEndedData,
}
