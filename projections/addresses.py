"""Where the members of a family can be found, and from which members that is hidden.

The view has all of it; :func:`without_hidden` is what one member may see. Who serves the view to a
member of the family cuts it so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from domain.events import DomainEvent
from domain.family_plan.addresses import (
    AddressEnded,
    AddressHidden,
    AddressRecorded,
    AddressShown,
    after_hiding,
    after_showing,
    hidden_from,
    shield_of,
)
from domain.values import Address, Shield, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.plan_model import Ending, Told, View, said
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView


class AddressView(Told, Address):
    """An address with its shield as it is now. ``ended`` says since when nobody is there."""


class AddressesView(View):
    """The addresses of a family, by when it became known, the latest last."""

    family_id: str
    addresses: tuple[AddressView, ...]


class AddressRow(Row):
    """One address of a family."""

    table: ClassVar[str] = "addresses"
    key: ClassVar[tuple[str, ...]] = ("family_id", "address_id")
    indexed: ClassVar[tuple[str, ...]] = ("recorded_at",)

    family_id: str
    address_id: str
    recorded_at: UtcDateTime
    address: AddressView


projection = Projection("addresses", 1, rows=(AddressRow,))


def addresses_view(reader: Reader, family_id: str, _now: datetime) -> AddressesView | None:
    """The addresses of a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    rows = reader.select(
        AddressRow, where={"family_id": family_id}, order=("recorded_at", "address_id")
    )
    return AddressesView(family_id=family_id, addresses=tuple(row.address for row in rows))


def without_hidden(view: AddressesView, member_id: str) -> AddressesView:
    """What a member of the family may see of it: nothing of an address hidden from them."""
    seen = tuple(one for one in view.addresses if not hidden_from(one, member_id))
    return view.model_copy(update={"addresses": seen})


ADDRESSES = FamilyView(
    name="addresses",
    about="Where the members can be found, and from which members of the family that is hidden.",
    model=AddressesView,
    projections=(projection, agency_families.projection),
    read=addresses_view,
)


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, AddressHidden | AddressShown | AddressEnded):
        yield AddressRow, (event.family_id, event.address_id)


@projection.on(AddressRecorded)
def _recorded(event: AddressRecorded, _position: int, rows: Rows) -> None:
    address = AddressView(**dict(event.address), **said(event))
    rows.put(
        AddressRow(
            family_id=event.family_id,
            address_id=address.address_id,
            recorded_at=event.recorded_at,
            address=address,
        )
    )


@projection.on(AddressHidden)
def _hidden(event: AddressHidden, _position: int, rows: Rows) -> None:
    row = existing(rows, AddressRow, event.family_id, event.address_id)
    _shield(rows, row, after_hiding(shield_of(row.address), event))


@projection.on(AddressShown)
def _shown(event: AddressShown, _position: int, rows: Rows) -> None:
    row = existing(rows, AddressRow, event.family_id, event.address_id)
    _shield(rows, row, after_showing(shield_of(row.address), event))


@projection.on(AddressEnded)
def _ended(event: AddressEnded, _position: int, rows: Rows) -> None:
    row = existing(rows, AddressRow, event.family_id, event.address_id)
    ending = Ending(**said(event), result=None, text=event.reason)
    _change(rows, row, state="ended", ended=ending)


def _shield(rows: Rows, row: AddressRow, shield: Shield) -> None:
    _change(rows, row, **dict(shield))


def _change(rows: Rows, row: AddressRow, **changes: object) -> None:
    rows.put(row.model_copy(update={"address": row.address.model_copy(update=changes)}))
