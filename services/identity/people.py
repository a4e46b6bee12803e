"""From claims to a person, and from a person in a role to a viewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyCode, FamilyId, MemberId, Token, Value
from services.bus.agencies import AgencyRegister
from services.identity.errors import ClaimsRefused
from services.settings import Settings

PERSONS_ROLES = frozenset(ViewerRole) - {ViewerRole.AGENCY}
OF_AN_AGENCY = frozenset({ViewerRole.LEAD, ViewerRole.PROFESSIONAL})

_TOKEN: TypeAdapter[str] = TypeAdapter(Token)


class Person(Value):
    """Who somebody is, by the word of the identity provider. Ids only: no name, no address.

    ``roles`` are those somebody may take, the one to begin with first.
    """

    person_id: Token
    roles: tuple[ViewerRole, ...]
    agency: AgencyCode | None = None
    family_id: FamilyId | None = None
    member_id: MemberId | None = None


def person_of(claims: Mapping[str, Any], settings: Settings, register: AgencyRegister) -> Person:
    """The person whom these claims describe.

    Raises:
        ClaimsRefused: when the role is missing or unknown, when a lead or professional has no
            agency that we know, or when a family member comes without family or member.
    """
    names = settings.oidc_claims
    roles = _roles(claims.get(names.role), names.role)
    agency = _id(claims, names.agency) if OF_AN_AGENCY & set(roles) else None
    member = ViewerRole.FAMILY_MEMBER in roles
    person = Person(
        person_id=_id(claims, names.person),
        roles=roles,
        agency=agency,
        family_id=_id(claims, names.family) if member else None,
        member_id=_id(claims, names.member) if member else None,
    )
    for role in roles:
        viewer_of(person, role, settings, register)
    return person


def viewer_of(
    person: Person, role: ViewerRole, settings: Settings, register: AgencyRegister
) -> Viewer:
    """The person as a viewer in one of their roles, with nothing that belongs to another role.

    Raises:
        ClaimsRefused: when it is not one of their roles, or the agency is not (any
            more) in the register.
    """
    if role not in person.roles:
        raise ClaimsRefused(f"your roles are: {', '.join(person.roles)}; take one of these")
    if role in OF_AN_AGENCY:
        if person.agency is None or person.agency not in register:
            raise ClaimsRefused(
                f"the claim {settings.oidc_claims.agency} names an agency that is not in the "
                "register, or was revoked; ask the administrator"
            )
        return Viewer(
            role=role,
            person_id=person.person_id,
            agency=person.agency,
            agency_kind=register.kind_of(person.agency),
        )
    if role is ViewerRole.FAMILY_MEMBER:
        return Viewer(
            role=role,
            person_id=person.person_id,
            family_id=person.family_id,
            member_id=person.member_id,
        )
    return Viewer(role=role, person_id=person.person_id)


def _roles(given: Any, name: str) -> tuple[ViewerRole, ...]:
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list) or not listed:
        raise ClaimsRefused(f"the claim {name} is missing: it names one role, or a list of them")
    if any(one not in PERSONS_ROLES for one in listed if isinstance(one, str)) or not all(
        isinstance(one, str) for one in listed
    ):
        known = ", ".join(sorted(PERSONS_ROLES))
        raise ClaimsRefused(f"the claim {name} names a role we do not know; we know: {known}")
    return tuple(dict.fromkeys(ViewerRole(one) for one in listed))


def _id(claims: Mapping[str, Any], name: str) -> str:
    try:
        return _TOKEN.validate_python(claims.get(name), strict=True)
    except ValidationError:
        raise ClaimsRefused(
            f"the claim {name} is missing or no id: 1 to 64 letters, digits, - and _"
        ) from None
