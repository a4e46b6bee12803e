"""Who is in the plan, as resources: the family, its members, the agencies and professionals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import uuid5

from domain.keys import ONEPLAN
from domain.values import LeadCaseworker, Owner
from projections.addresses import AddressesView, AddressView
from projections.plan_model import MemberView, PlanView, SaidBy, Told
from services.exports.fhir.codes import (
    RESTRICTED,
    VERY_RESTRICTED,
    code,
    code_if_any,
    concept,
)
from services.exports.fhir.resources import Reference, Resource, Resources, period
from services.exports.texts import Texts
from services.exports.texts.parts import Part

SHIELDED = "urn:oneplan:extension:address-shielded"
"""On an address that some members of the family may not know."""


class People:
    """Makes the resources of people; agencies and professionals when they are first named."""

    def __init__(self, resources: Resources, texts: Texts) -> None:
        self._resources = resources
        self._texts = texts
        self.family = resources.reference("Group", "family", resources.family_id)

    def add_family(self, plan: PlanView, addresses: AddressesView) -> None:
        """The members with their addresses, and the family they make up."""
        where: defaultdict[str, list[AddressView]] = defaultdict(list)
        for one in addresses.addresses:
            for member_id in (one.member_id, *one.with_members):
                where[member_id].append(one)
        everybody = (*plan.members, *plan.former_members)
        for member in everybody:
            self._add_member(member, where[member.member_id])
        self._resources.add(
            "Group",
            "family",
            plan.family_id,
            {
                "active": True,
                "type": "person",
                "membership": "enumerated",
                "code": concept(Part.FAMILY, texts=self._texts),
                "name": self._texts("Family {family}", family=plan.family_id),
                "quantity": len(plan.members),
                "member": [self._membership(one) for one in everybody],
            },
        )

    def member(self, member_id: str) -> Reference | None:
        """Somebody of the family, None for whoever is no member that the reader sees."""
        found = self._resources.reference("Patient", "member", member_id)
        return found if self._resources.has(found) else None

    def agency(self, agency: str) -> Reference:
        """An agency."""
        found = self._resources.reference("Organization", "agency", agency)
        if self._resources.has(found):
            return found
        facts = {"active": True, "name": self._texts.agency(agency)}
        return self._resources.add("Organization", "agency", agency, facts)

    def lead(self, lead: LeadCaseworker) -> Reference:
        """The lead caseworker, with their agency."""
        return self._professional(lead.person_id, lead.name, lead.agency, Part.LEAD)

    def owner(self, owner: Owner) -> Reference:
        """Who takes something on: a resource where there is one for them, else their name."""
        if owner.member_id is not None:
            member = self.member(owner.member_id)
            return {"display": owner.name} if member is None else member
        if owner.agency is None:
            return {"display": owner.name}
        # Professionals have no ids in an owner: the same name at the same agency is the same one.
        name = uuid5(ONEPLAN, f"professional:{owner.agency}:{owner.name}").hex[:16]
        return self._professional(name, owner.name, owner.agency, None)

    def said_by(self, who: SaidBy) -> Reference | None:
        """The agency that said something; None where a person or the service did."""
        return None if who.agency is None else self.agency(who.agency)

    def _professional(self, person_id: str, name: str, agency: str, part: Part | None) -> Reference:
        organization = self.agency(agency)
        person = {"active": True, "name": [{"text": name}]}
        practitioner = self._resources.add("Practitioner", "professional", person_id, person)
        role = {
            "active": True,
            "practitioner": practitioner,
            "organization": organization,
            "code": [] if part is None else [concept(part, texts=self._texts)],
        }
        self._resources.add("PractitionerRole", "professional", person_id, role)
        return practitioner

    def _add_member(self, member: MemberView, addresses: list[AddressView]) -> None:
        shielded = any(_is_shielded(one) for one in addresses)
        born = member.birth_date
        facts = {
            "active": member.state == "open",
            "name": [{"text": member.name}],
            "birthDate": None if born is None else born.isoformat(),
            "address": [self._address(one) for one in addresses],
        }
        secrecy = VERY_RESTRICTED if shielded else RESTRICTED
        self._resources.add("Patient", "member", member.member_id, facts, secrecy)

    def _address(self, address: AddressView) -> Resource:
        lines: dict[str, Any] = {
            "use": code_if_any("Address.use", address.kind),
            "type": "physical",
            "text": ", ".join(filter(None, (address.street, address.postcode, address.city))),
            "line": [address.street],
            "city": address.city,
            "postalCode": address.postcode,
            "country": address.country,
            "period": _time(address),
        }
        shown = {name: value for name, value in lines.items() if value is not None}
        if _is_shielded(address):
            shown["extension"] = [{"url": SHIELDED, "valueBoolean": True}]
        return shown

    def _membership(self, member: MemberView) -> Resource:
        return {
            "entity": self._resources.reference("Patient", "member", member.member_id),
            "period": _time(member),
            "inactive": member.state == "ended",
        }


def add_care_team(plan: PlanView, people: People, resources: Resources, texts: Texts) -> Reference:
    """Everybody around the plan: the lead, the agencies, the family and its network."""
    return resources.add(
        "CareTeam",
        "care-team",
        plan.family_id,
        {
            "status": code("CareTeam.status", plan.status),
            "name": texts("Around the family {family}", family=plan.family_id),
            "subject": people.family,
            "period": period(plan.opened_at, plan.closed_at),
            "participant": list(_participants(plan, people, resources, texts)),
            "managingOrganization": [] if plan.lead is None else [people.agency(plan.lead.agency)],
        },
    )


def _participants(
    plan: PlanView, people: People, resources: Resources, texts: Texts
) -> Iterator[Resource]:
    if plan.lead is not None:
        yield {
            "role": concept(Part.LEAD, texts=texts),
            "member": people.lead(plan.lead),
            "onBehalfOf": people.agency(plan.lead.agency),
            "coveragePeriod": _time(plan.lead),
        }
    for party in (*plan.parties, *plan.former_parties):
        yield {
            "role": concept(Part.PARTY, texts=texts, text=party.task),
            "member": people.agency(party.agency),
            "coveragePeriod": _time(party),
        }
    for member in (*plan.members, *plan.former_members):
        yield {
            "role": concept(member.role, texts=texts),
            "member": resources.reference("Patient", "member", member.member_id),
            "coveragePeriod": _time(member),
        }


def _time(one: Told) -> Resource:
    return period(one.occurred_at, None if one.ended is None else one.ended.occurred_at)


def _is_shielded(address: AddressView) -> bool:
    return address.hidden_from_all or bool(address.hidden_from)
