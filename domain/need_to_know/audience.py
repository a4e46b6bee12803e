"""An audience: who looks at one family, with all that decides what they may see of it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from domain.need_to_know.categories import Category
from domain.need_to_know.labels import Label
from domain.need_to_know.naming import ItemKey
from domain.need_to_know.policy import (
    SPECIAL_TO_A_PERSON,
    Access,
    Onlooker,
    rule_for,
)
from domain.need_to_know.standing import Standing
from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import FamilyRole

HOUSEHOLD = frozenset(
    {
        FamilyRole.PARENT,
        FamilyRole.CHILD,
        FamilyRole.PARTNER,
        FamilyRole.SIBLING,
        FamilyRole.FOSTER_PARENT,
    }
)
"""Our working agreement. An ex-partner is around the household, whatever they were before."""

NOBODY = frozenset[str]()
NOTHING = frozenset[ItemKey]()


@dataclass(frozen=True)
class Audience:
    """Hashable: two viewers who may see the same are the same audience.

    Args:
        agreed: the members who agreed that the agency sees what is about them.
        hidden: what is kept from this member, whatever the table says.
        shown: the addresses that are this member's own, or that they were told.
        emergency: whether emergency access runs.
    """

    who: Onlooker
    agency: str | None = None
    member_id: str | None = None
    agreed: frozenset[str] = NOBODY
    hidden: frozenset[ItemKey] = NOTHING
    shown: frozenset[ItemKey] = NOTHING
    emergency: bool = False

    @cached_property
    def sees_all(self) -> bool:
        """Whether nothing is ever kept from this audience."""
        return all(self.access(one) is Access.ALL for one in Category) and not self.hidden

    @property
    def categories(self) -> tuple[Category, ...]:
        """Those of which this audience may see something."""
        return tuple(one for one in Category if self.access(one) is not Access.NONE)

    @property
    def withheld(self) -> tuple[Category, ...]:
        """Those of which it sees nothing, whether or not there is anything of them."""
        return tuple(one for one in Category if self.access(one) is Access.NONE)

    @property
    def partly(self) -> tuple[Category, ...]:
        """Those of which it sees what is its own, or what was agreed to."""
        return tuple(one for one in Category if self.access(one) in {Access.OWN, Access.CONSENT})

    def access(self, category: Category) -> Access:
        """How far this audience sees a category."""
        return rule_for(self.who, category, emergency=self.emergency).access

    def may_see(self, category: Category, label: Label) -> bool:
        """Whether the table lets this audience see what has this label, as to this category."""
        match self.access(category):
            case Access.ALL:
                return True
            case Access.OWN:
                return self._owns(category, label)
            case Access.CONSENT:
                agreed = bool(label.about) and label.about <= self.agreed
                return agreed or self._owns(category, label)
            case Access.NONE:
                return False

    def _owns(self, category: Category, label: Label) -> bool:
        if self.member_id is None:
            return self.agency in label.agencies
        if category is Category.ADDRESSES:
            return bool(self.shown & (label.needs | label.makes))
        if category in SPECIAL_TO_A_PERSON:
            return label.about == {self.member_id}
        return self.member_id in label.about


EVERYTHING = Audience(Onlooker.LEAD)


def audience_of(
    viewer: Viewer, standing: Standing, family_id: str, now: datetime
) -> Audience | None:
    """Who this viewer is to this family; None for whoever has no business with it.

    An agency, or a professional of it, has when it takes part or took emergency access; a lead
    only with the families they lead; an administrator with none.
    """
    match viewer.role:
        case ViewerRole.AGENCY | ViewerRole.PROFESSIONAL:
            return _of_agency(viewer, standing, now)
        case ViewerRole.LEAD:
            return Audience(Onlooker.LEAD) if _leads(viewer, standing) else None
        case ViewerRole.FAMILY_MEMBER:
            return _of_member(viewer, standing, family_id)
        case ViewerRole.AUDITOR:
            return Audience(Onlooker.AUDITOR)
        case ViewerRole.ADMINISTRATOR:
            return None


def _of_agency(viewer: Viewer, standing: Standing, now: datetime) -> Audience | None:
    if viewer.agency is None or viewer.agency_kind is None:
        return None
    emergency = standing.in_emergency(viewer.agency, viewer.person_id, now)
    if viewer.agency not in standing.parties and not emergency:
        return None
    return Audience(
        Onlooker(viewer.agency_kind.value),
        agency=viewer.agency,
        agreed=standing.agreed_for(viewer.agency),
        emergency=emergency,
    )


def _leads(viewer: Viewer, standing: Standing) -> bool:
    lead = standing.lead
    return (
        lead is not None
        and viewer.person_id == lead.person_id
        and viewer.agency == lead.agency
        and lead.agency in standing.parties
    )


def _of_member(viewer: Viewer, standing: Standing, family_id: str) -> Audience | None:
    if viewer.family_id != family_id or viewer.member_id is None:
        return None
    member = standing.members.get(viewer.member_id)
    if member is None:
        return None
    return Audience(
        Onlooker.FAMILY if member.role in HOUSEHOLD else Onlooker.NETWORK,
        member_id=viewer.member_id,
        hidden=standing.hidden_from(viewer.member_id),
        shown=standing.shown_to(viewer.member_id),
    )
