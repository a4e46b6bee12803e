"""Random merges and splits, for histories of several families."""

from __future__ import annotations

from domain.context import Context
from domain.family_plan import FamilyPlan
from domain.family_plan.joined import Guest
from domain.values import ItemRef, LeadCaseworker, PlanStatus
from tests.projections.authors.base import Author


def may_merge(host: FamilyPlan, guest: FamilyPlan) -> bool:
    """Whether an administrator may make the guest part of the host."""
    return (
        host is not guest
        and host.status is PlanStatus.OPEN
        and guest.merged_into is None
        and not guest.guests
    )


def may_split(host: FamilyPlan, guest: FamilyPlan) -> bool:
    """Whether nobody who goes is a member of another family that is part of the host."""
    going = host.guests[guest.family_id].members
    others = [one for family_id, one in host.guests.items() if family_id != guest.family_id]
    return all(going.isdisjoint(one.shared) for one in others)


def merge(author: Author, guest: FamilyPlan, context: Context) -> None:
    """Merge; whoever has an id that both families use is the same person, or gets a new id."""
    host = author.plan
    here = {*host.members, *host.former_members}
    there = {*guest.members, *guest.former_members}
    same_as: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for one in sorted(here & there):
        free = [here for here in host.members if here not in same_as.values()]
        if free and author.pick([True, False]):
            same_as[one] = author.pick(free)
        else:
            renamed[one] = f"{one}-{guest.family_id}-{host.version}"
    host.merge(guest, "one family", context, same_as=same_as, renamed=renamed)


def split(author: Author, guest: FamilyPlan, context: Context) -> None:
    """Split off, with some of what was recorded since that is a part of nothing else."""
    host = author.plan
    came = host.guests[guest.family_id]
    agency = author.pick([one for one in guest.parties if one in host.parties] or guest.parties)
    added = {*host.members, *host.former_members} - came.own_members - came.members
    added = added.difference(*(one.shared for one in host.guests.values()))
    items = [
        ItemRef(kind=kind, item_id=item_id)
        for kind, item_id in sorted(host.held_items() - came.own_items - came.brought)
        if kind in {"note", "strength"} and _about(came, (kind, item_id)) <= came.shared
    ]
    host.split(
        guest,
        "two families",
        context,
        lead=LeadCaseworker(person_id="eva", name="Eva", agency=agency),
        items=author.pick([(), items]),
        members=author.pick([(), sorted(added)]),
    )


def _about(came: Guest, item: tuple[str, str]) -> frozenset[str]:
    return frozenset(one for noted in came.since if item in noted.items for one in noted.members)
