"""Samples of addresses."""

from __future__ import annotations

from domain.events import DomainEvent
from domain.values import Address, AddressKind, FamilyMember, FamilyRole
from tests.golden.samples.plan_of import CONTEXT, later_events, sample_plan

FATHER = FamilyMember(member_id="father", name="Kees", role=FamilyRole.EX_PARTNER)
ADDRESS = Address(
    address_id="ad1",
    member_id="mother",
    with_members=("child",),
    kind=AddressKind.SHELTER,
    street="Laan 1",
    postcode="1234 AB",
    city="Elders",
    hidden_from=("father",),
    hidden_from_all=True,
)


def events() -> list[DomainEvent]:
    """One event of each type."""
    plan = sample_plan()
    plan.add_member(FATHER, CONTEXT)
    plan.record_address(ADDRESS, CONTEXT)
    plan.hide_address("ad1", ("father",), False, "hij dreigt", CONTEXT)
    plan.show_address("ad1", ("father",), "de rechter wil het", CONTEXT)
    plan.end_address("ad1", "zij woont weer thuis", CONTEXT)
    return later_events(plan)
