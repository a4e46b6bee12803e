"""The words about addresses: which one, and never where it is."""

from __future__ import annotations

from domain.family_plan.addresses import (
    AddressEnded,
    AddressHidden,
    AddressRecorded,
    AddressShown,
)
from projections.summaries.base import words


@words.register
def _(event: AddressRecorded) -> str:
    address = event.address
    who = ", ".join((address.member_id, *address.with_members))
    hidden = ", hidden" if address.hidden_from_all or address.hidden_from else ""
    return f"Address {address.address_id} ({address.kind.value}) of {who} recorded{hidden}"


@words.register
def _(event: AddressHidden) -> str:
    named = ", ".join(event.hidden_from)
    whom = "all who do not live there" if event.hidden_from_all else named
    return f"Address {event.address_id} hidden from {whom}: {event.reason}"


@words.register
def _(event: AddressShown) -> str:
    return f"Address {event.address_id} shown to {', '.join(event.shown_to)}: {event.reason}"


@words.register
def _(event: AddressEnded) -> str:
    return f"Address {event.address_id} ended: {event.reason}"
