"""Merging: a family turns out to be the same as, or a part of, another one.

Who may merge, and what becomes of lead, members and parties, is our working agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.events import DomainEvent
from domain.family_plan.agencies import AgencyJoined
from domain.family_plan.holdings import Holdings
from domain.family_plan.joined import Guest, Joined
from domain.family_plan.leadership import LeadReleased
from domain.family_plan.members import MemberAdded
from domain.family_plan.names import MEMBER, Names, same_item, told_apart
from domain.family_plan.standing import Joining, TakenOver, taken_over, told_as
from domain.keys import item_key, open_plan_key
from domain.values import (
    AgencyCode,
    FamilyId,
    FamilyMember,
    FamilyText,
    LeadCaseworker,
    MemberId,
    Party,
    PlanStatus,
    Renaming,
    Role,
)


class FamilyMerged(Joining):
    """Another family is part of this one from now on.

    ``members`` and ``parties`` came with it; ``shared`` are the members whom both had, under the
    ids they have here. ``names`` are the ids of the other family that are others here.
    ``other_version`` is the last event of the other family's plan that counts here, and
    ``holdings`` what that plan remembered.
    """

    TOPIC: ClassVar[str] = "oneplan.plan.FamilyMerged"

    other: FamilyId
    reason: FamilyText
    other_version: int
    members: tuple[FamilyMember, ...]
    former_members: tuple[MemberId, ...]
    shared: tuple[MemberId, ...]
    parties: tuple[Party, ...]
    names: tuple[Renaming, ...]
    holdings: Holdings

    @property
    def partner(self) -> str:
        return self.other

    def member_here(self, member_id: MemberId) -> MemberId | None:
        """The id that somebody of the other family has here, None for who was never in it."""
        here = Names(self.names).of(MEMBER, member_id)
        came = {*(one.member_id for one in self.members), *self.former_members, *self.shared}
        return here if here in came else None

    def apply(self, plan: Joined) -> None:
        guest = Guest(
            names=Names(self.names),
            brought=frozenset(),
            members=frozenset({*(one.member_id for one in self.members), *self.former_members}),
            shared=frozenset(self.shared),
            parties=tuple(one.agency for one in self.parties),
            own_items=frozenset(plan.held_items()),
            own_members=frozenset({*plan.members, *plan.former_members}),
        )
        plan.handed_back.difference_update(self.holdings.refs())
        plan.members |= {one.member_id: one for one in self.members}
        plan.former_members = plan.former_members.union(self.former_members).difference(
            plan.members
        )
        plan.parties |= {one.agency: one for one in self.parties}
        plan.take_over(self.holdings)
        guest.brought = frozenset(plan.held_items() - guest.own_items)
        for another in plan.guests.values():
            another.own_items |= guest.brought
            another.own_members |= guest.members
        plan.guests[self.other] = guest

    def makes_known(self) -> tuple[str, ...]:
        items = (item_key(self.family_id, *item) for item in self.holdings.refs())
        members = (*(one.member_id for one in self.members), *self.former_members)
        return (
            open_plan_key(self.other),
            *items,
            *(item_key(self.family_id, MEMBER, one) for one in members),
        )

    def means(self) -> tuple[DomainEvent, ...]:
        return (self, *(told_as(self, AgencyJoined, party=one) for one in self.parties))


def over(event: FamilyMerged, members: Iterable[FamilyMember]) -> TakenOver:
    """A merge that was undone since, without what came with the other family.

    Args:
        members: of the other family, who are named in what was recorded here.
    """
    shown = event.model_copy(
        update={
            "members": (),
            "former_members": (),
            "shared": (),
            "names": (),
            "holdings": Holdings(),
        }
    )
    named = (told_as(event, MemberAdded, member=one) for one in members)
    return taken_over(shown, (*shown.means(), *named))


class MergedInto(Joining):
    """This family is part of another one from now on. Its lead, if it had one, is released."""

    TOPIC: ClassVar[str] = "oneplan.plan.MergedInto"

    into: FamilyId
    reason: FamilyText
    lead: LeadCaseworker | None
    agencies: tuple[AgencyCode, ...]

    @property
    def partner(self) -> str:
        return self.into

    def apply(self, plan: Joined) -> None:
        plan.merged_into = self.into
        plan.status_before = plan.status
        plan.status = PlanStatus.MERGED
        plan.lead = None
        plan.offer = None

    def means(self) -> tuple[DomainEvent, ...]:
        if self.lead is None:
            return (self,)
        return (self, told_as(self, LeadReleased, lead=self.lead, reason=self.reason))


class Merging(Joined):
    """The command that merges another family into this one."""

    def merge(
        self,
        other: Merging,
        reason: str,
        context: Context,
        *,
        same_as: Mapping[str, str] | None = None,
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """Make another family part of this one. The lead of this one leads both.

        Args:
            other: is changed as well; both are to be saved in one transaction.
            same_as: members of the other family who are members of this one too, and who.
            renamed: members of the other family whose id somebody else has here, and a new id.

        Raises:
            PlanIsClosed: when this plan is closed.
            Refused: when another than the lead, or the lead's agency, asks it; when the other
                family is led by another agency and no administrator asks it; when one of them
                is, or the other holds, a merged family; when a member's id stands for two people.
        """
        self._open_for(context)
        self._require_lead_acts(context)
        self._require_may_take(other, context)
        people = _People(self, other, same_as or {}, renamed or {})
        renamings = (*people.renamings, *_colliding(self, other))
        names = Names(renamings)
        self._record(
            FamilyMerged,
            context,
            other=other.family_id,
            reason=reason,
            other_version=getattr(other, "version"),  # noqa: B009 - the aggregate's
            members=people.members(names),
            former_members=people.former(names),
            shared=tuple(sorted(people.same_as.values())),
            parties=tuple(
                one for agency, one in other.parties.items() if agency not in self.parties
            ),
            names=renamings,
            holdings=other.hold(other.held_items()).under(names),
        )
        other._record(
            MergedInto,
            context,
            into=self.family_id,
            reason=reason,
            lead=other.lead,
            agencies=tuple(other.parties),
        )

    def _require_may_take(self, other: Merging, context: Context) -> None:
        if other.family_id == self.family_id:
            raise Refused("data.other", f"{self.family_id} cannot be merged into itself")
        if other.merged_into is not None:
            raise Refused(
                "data.other", f"family {other.family_id} is merged into a family; split them first"
            )
        if other.guests:
            raise Refused(
                "data.other",
                f"family {other.family_id} holds {', '.join(other.guests)}; "
                "split them first, and merge each into this one",
            )
        if context.provenance.role is Role.ADMINISTRATOR or other.lead is None:
            return
        if self.lead is None or other.lead.agency != self.lead.agency:
            raise Refused(
                "data.other",
                f"family {other.family_id} is led by another agency; "
                "let its lead step back first, or ask an administrator",
            )


class _People:
    """Who of the other family is who here."""

    def __init__(
        self, host: Merging, guest: Merging, same_as: Mapping[str, str], renamed: Mapping[str, str]
    ) -> None:
        self.same_as = dict(same_as)
        self._guest = guest
        here, there = {*host.members, *host.former_members}, {*guest.members, *guest.former_members}
        _require_known("data.same_as", same_as, there)
        _require_known("data.renamed", renamed, there)
        for one, other in same_as.items():
            if other not in host.members:
                raise Refused(f"data.same_as.{one}", f"{other} is no member of this plan now")
        if len(set(same_as.values())) < len(same_as):
            raise Refused("data.same_as", "two members cannot both be the same one")
        for one, new in renamed.items():
            if one in same_as or one not in here:
                raise Refused(f"data.renamed.{one}", f"nobody else is called {one} here; leave it")
            if new in here | there or list(renamed.values()).count(new) > 1:
                raise Refused(f"data.renamed.{one}", f"{new} is somebody already; choose another")
        unclear = sorted((here & there) - {*same_as, *renamed})
        if unclear:
            raise Refused(
                "data.same_as",
                f"both families have {', '.join(unclear)}; say for each in same_as which member "
                "of this plan it is, or give somebody else a new id in renamed",
            )
        self.renamings = tuple(
            Renaming(kind=MEMBER, before=one, after=here)
            for one, here in {**same_as, **renamed}.items()
            if one != here
        )

    def members(self, names: Names) -> tuple[FamilyMember, ...]:
        return tuple(
            member.model_copy(update={"member_id": names.of(MEMBER, one)})
            for one, member in self._guest.members.items()
            if one not in self.same_as
        )

    def former(self, names: Names) -> tuple[str, ...]:
        left = self._guest.former_members - self.same_as.keys()
        return tuple(sorted(names.of(MEMBER, one) for one in left))


def _require_known(field: str, given: Mapping[str, str], members: set[str]) -> None:
    for one in given:
        if one not in members:
            raise Refused(f"{field}.{one}", f"{one} is no member of the other family")


def _colliding(host: Merging, guest: Merging) -> Iterator[Renaming]:
    """New ids for the items of the guest whose id stands for another item of the host."""
    taken = host.held_items()
    for kind, item_id in sorted(guest.held_items()):
        if any(one in taken for one in same_item(kind, item_id)):
            yield Renaming(
                kind=kind, before=item_id, after=told_apart(guest.family_id, kind, item_id)
            )
