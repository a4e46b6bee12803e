"""Addresses of members, and from which other members each is hidden.

Hiding is always possible; showing is for who recorded the address and for the lead. What is hidden
now is hidden in all that was recorded of it: see :func:`hidden_addresses`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import Field

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent, require_distinct
from domain.keys import item_key
from domain.values import Address, AgencyCode, ItemId, MemberId, PersonalText, Role, Shield

Members = tuple[MemberId, ...]


class AddressRecorded(PlanEvent):
    """It is known where a member can be found."""

    TOPIC: ClassVar[str] = "oneplan.plan.AddressRecorded"

    address: Address

    def apply(self, plan: Addresses) -> None:
        address = self.address
        plan.items["address"][address.address_id] = True
        plan.shields[address.address_id] = shield_of(address)
        plan.address_sources[address.address_id] = self.provenance.agency

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "address", self.address.address_id),)


class AddressHidden(PlanEvent):
    """An address is hidden from these members too, or from all who do not live there."""

    TOPIC: ClassVar[str] = "oneplan.plan.AddressHidden"

    address_id: ItemId
    hidden_from: Members
    hidden_from_all: bool
    reason: PersonalText

    def apply(self, plan: Addresses) -> None:
        plan.shields[self.address_id] = after_hiding(plan.shields[self.address_id], self)


class AddressShown(PlanEvent):
    """An address is no longer hidden from these members."""

    TOPIC: ClassVar[str] = "oneplan.plan.AddressShown"

    address_id: ItemId
    shown_to: Annotated[Members, Field(min_length=1)]
    reason: PersonalText

    def apply(self, plan: Addresses) -> None:
        plan.shields[self.address_id] = after_showing(plan.shields[self.address_id], self)


class AddressEnded(PlanEvent):
    """Nobody can be found at an address any more. It stays hidden from whom it was hidden."""

    TOPIC: ClassVar[str] = "oneplan.plan.AddressEnded"

    address_id: ItemId
    reason: PersonalText

    def apply(self, plan: PlanCore) -> None:
        plan.items["address"][self.address_id] = False


def shield_of(address: Shield) -> Shield:
    """The shield of an address, without the address."""
    return Shield(**{name: getattr(address, name) for name in Shield.model_fields})


def hidden_from(address: Shield, member_id: str) -> bool:
    """Whether this member may not know the address. An outsider is a member who lives elsewhere."""
    if member_id in {address.member_id, *address.with_members}:
        return False
    if member_id in address.hidden_from:
        return True
    return address.hidden_from_all and member_id not in address.shown_to


def after_hiding(before: Shield, event: AddressHidden) -> Shield:
    """The shield once the address was hidden. Hidden from all means: also from who was shown it."""
    still_shown = () if event.hidden_from_all else without(before.shown_to, event.hidden_from)
    return before.model_copy(
        update={
            "hidden_from": tuple(dict.fromkeys((*before.hidden_from, *event.hidden_from))),
            "hidden_from_all": before.hidden_from_all or event.hidden_from_all,
            "shown_to": still_shown,
        }
    )


def after_showing(before: Shield, event: AddressShown) -> Shield:
    """The shield once the address was shown to some."""
    return before.model_copy(
        update={
            "hidden_from": without(before.hidden_from, event.shown_to),
            "shown_to": tuple(dict.fromkeys((*before.shown_to, *event.shown_to))),
        }
    )


def shields(events: Iterable[PlanEvent]) -> dict[str, Shield]:
    """The shield of each address (by its id) after these events of one family."""
    found: dict[str, Shield] = {}
    for event in events:
        match event:
            case AddressRecorded():
                found[event.address.address_id] = shield_of(event.address)
            case AddressHidden():
                found[event.address_id] = after_hiding(found[event.address_id], event)
            case AddressShown():
                found[event.address_id] = after_showing(found[event.address_id], event)
    return found


def hidden_addresses(events: Iterable[PlanEvent], member_id: str) -> frozenset[str]:
    """The ids of the addresses that are hidden from a member after all events of a family.

    Every event that names one of them is to be withheld from that member, of whatever time.
    """
    return frozenset(
        address_id for address_id, one in shields(events).items() if hidden_from(one, member_id)
    )


def address_of(event: PlanEvent) -> str | None:
    """The id of the address that an event is about, or None."""
    match event:
        case AddressRecorded():
            return event.address.address_id
        case AddressHidden() | AddressShown() | AddressEnded():
            return event.address_id
    return None


def without(members: Members, some: Members) -> Members:
    """The members who are not among some."""
    return tuple(one for one in members if one not in some)


class Addresses(PlanCore):
    """Commands about addresses. No error names anything of an address but its id."""

    KINDS: ClassVar[tuple[str, ...]] = ("address",)

    shields: dict[str, Shield]
    address_sources: dict[str, AgencyCode | None]
    """Which agency recorded each address; None where it was no agency."""

    def _start(self) -> None:
        super()._start()
        self.shields = {}
        self.address_sources = {}

    def record_address(self, address: Address, context: Context) -> None:
        """Put an address on the record. Every agency may, a party of the plan or not.

        Raises:
            UnknownItem: for a member the plan does not hold (yet).
            Refused: when its id is taken, or a member stands on two sides of its shield.
        """
        self._open_to_reports(context)
        self._require_new("data.address_id", "address", address.address_id)
        self._require_person("data.member_id", address.member_id)
        self._require_named_once("data.with_members", address.with_members)
        self._require_named_once("data.hidden_from", address.hidden_from)
        self._require_named_once("data.shown_to", address.shown_to)
        self._require_elsewhere("data.hidden_from", address, address.hidden_from)
        _require_one_side("data.shown_to", address.shown_to, address.hidden_from)
        self._record(AddressRecorded, context, address=address)

    def hide_address(
        self,
        address_id: str,
        members: Members,
        from_all: bool,
        reason: str,
        context: Context,
    ) -> None:
        """Hide an address from members, or from all who do not live there.

        Every agency may, also when the plan is closed or the address has ended: whoever sees a
        danger need not ask first. Our working agreement.

        Raises:
            UnknownItem: for an unknown address or member.
            Refused: for nobody, or for one who lives there.
        """
        self._require_own_lead(context)
        if address_id not in self.items["address"]:
            raise self._unknown("data.address_id", "address", address_id)
        if not members and not from_all:
            raise Refused("data.hidden_from", "name from whom, or say hidden_from_all")
        self._require_named_once("data.hidden_from", members)
        self._require_elsewhere("data.hidden_from", self.shields[address_id], members)
        self._record(
            AddressHidden,
            context,
            address_id=address_id,
            hidden_from=members,
            hidden_from_all=from_all,
            reason=reason,
        )

    def show_address(
        self, address_id: str, members: Members, reason: str, context: Context
    ) -> None:
        """Let members know an address that was hidden from them.

        Only the agency that recorded it, the lead, or an administrator. Our working agreement.

        Raises:
            UnknownItem: for an unknown address or member.
            Refused: for an address that has ended, for another agency, or for nobody.
        """
        self._require_open()
        self._require_item("data.address_id", "address", address_id)
        self._require_source_or_lead(address_id, context)
        if not members:
            raise Refused("data.shown_to", "name the members who may know it")
        self._require_named_once("data.shown_to", members)
        self._record(AddressShown, context, address_id=address_id, shown_to=members, reason=reason)

    def end_address(self, address_id: str, reason: str, context: Context) -> None:
        """Say that nobody can be found there any more. Raises UnknownItem, or Refused if ended."""
        self._open_to_reports(context)
        self._require_item("data.address_id", "address", address_id)
        self._record(AddressEnded, context, address_id=address_id, reason=reason)

    def _require_source_or_lead(self, address_id: str, context: Context) -> None:
        who = context.provenance
        source = self.address_sources[address_id]
        if who.role is not Role.AGENCY or source is None or who.agency != source:
            self._require_lead_acts(context)

    def _require_named_once(self, field: str, members: Members) -> None:
        self._require_people(field, members)
        require_distinct(field, members)

    def _require_elsewhere(self, field: str, address: Shield, members: Members) -> None:
        for place, member_id in enumerate(members):
            if member_id in {address.member_id, *address.with_members}:
                raise Refused(
                    f"{field}[{place}]",
                    f"{member_id} can be found there, so it cannot be hidden from {member_id}",
                )


def _require_one_side(field: str, members: Members, others: Members) -> None:
    for place, member_id in enumerate(members):
        if member_id in others:
            raise Refused(f"{field}[{place}]", f"{member_id} is both hidden from and shown to")
