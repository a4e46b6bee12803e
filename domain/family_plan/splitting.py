"""Splitting: two families that were merged turn out to be two after all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.events import DomainEvent
from domain.family_plan.agencies import AgencyLeft
from domain.family_plan.holdings import Holdings
from domain.family_plan.joined import Guest
from domain.family_plan.leadership import LeadAssigned
from domain.family_plan.members import MemberRemoved
from domain.family_plan.merging import Merging
from domain.family_plan.names import MEMBER, Names, same_item
from domain.family_plan.parting import part
from domain.family_plan.standing import Joining, told_as
from domain.keys import item_key, open_plan_key, plan_key
from domain.values import (
    AgencyCode,
    FamilyId,
    FamilyMember,
    FamilyText,
    ItemRef,
    LeadCaseworker,
    MemberId,
    Party,
    PlanStatus,
    Renaming,
)


class FamilySplit(Joining):
    """A family that was part of this one is a family of its own again.

    ``handed_back`` are the versions of this plan's events that are part of the other family's
    history from now on; ``items``, and all ``steps_on`` a suspicion, went with them. ``members``
    and ``agencies`` are no longer part of this plan; but ``remembered`` are named in what stays,
    and count as former members.
    """

    TOPIC: ClassVar[str] = "oneplan.plan.FamilySplit"

    other: FamilyId
    reason: FamilyText
    handed_back: tuple[int, ...]
    items: tuple[ItemRef, ...]
    steps_on: tuple[str, ...]
    members: tuple[MemberId, ...]
    remembered: tuple[MemberId, ...]
    agencies: tuple[AgencyCode, ...]

    @property
    def partner(self) -> str:
        return self.other

    def apply(self, plan: Splitting) -> None:
        gone = {(one.kind, one.item_id) for one in self.items}
        gone |= {("meldcode", one) for one in self.steps_on}
        plan.let_go(gone)
        plan.handed_back |= gone
        for member_id in self.members:
            plan.members.pop(member_id, None)
            plan.former_members.discard(member_id)
        plan.former_members.update(self.remembered)
        for agency in self.agencies:
            del plan.parties[agency]
        del plan.guests[self.other]

    def means(self) -> tuple[DomainEvent, ...]:
        return (
            self,
            *(
                told_as(self, MemberRemoved, member_id=one, reason=self.reason)
                for one in self.remembered
            ),
            *(told_as(self, AgencyLeft, agency=one, reason=self.reason) for one in self.agencies),
        )


class SplitFrom(Joining):
    """This family is a family of its own again, with its own members, parties and lead.

    ``handed_back`` are the versions of the other plan's events that are part of this family's
    history from now on; ``names`` lead from its own ids to those in these events. ``holdings``
    is what is remembered of its items by now. ``agencies`` takes no part any more.
    """

    TOPIC: ClassVar[str] = "oneplan.plan.SplitFrom"

    origin: FamilyId
    reason: FamilyText
    handed_back: tuple[int, ...]
    names: tuple[Renaming, ...]
    lead: LeadCaseworker | None
    members: tuple[FamilyMember, ...]
    former_members: tuple[MemberId, ...]
    parties: tuple[Party, ...]
    agencies: tuple[AgencyCode, ...]
    holdings: Holdings

    @property
    def partner(self) -> str:
        return self.origin

    def apply(self, plan: Splitting) -> None:
        plan.merged_into = None
        plan.status = plan.status_before
        plan.lead = self.lead
        plan.members = {one.member_id: one for one in self.members}
        plan.former_members = set(self.former_members)
        plan.parties = {one.agency: one for one in self.parties}
        plan.handed_back.difference_update(self.holdings.refs())
        plan.take_over(self.holdings)

    def makes_known(self) -> tuple[str, ...]:
        known = (*self.holdings.refs(), *((MEMBER, one.member_id) for one in self.members))
        return (
            plan_key(self.family_id),
            open_plan_key(self.family_id),
            *(item_key(self.family_id, *one) for one in known),
        )

    def means(self) -> tuple[DomainEvent, ...]:
        left = (told_as(self, AgencyLeft, agency=one, reason=self.reason) for one in self.agencies)
        led = () if self.lead is None else (told_as(self, LeadAssigned, lead=self.lead),)
        return (self, *left, *led)


class Splitting(Merging):
    """The command that splits a family off again."""

    def split(
        self,
        other: Splitting,
        reason: str,
        context: Context,
        *,
        lead: LeadCaseworker | None = None,
        items: Sequence[ItemRef] = (),
        members: Sequence[str] = (),
    ) -> None:
        """Split off a family that was merged into this one. On a closed plan as well.

        What was recorded since goes with it when it follows from something the family brought,
        when it is only about members who go, or when it is named; the rest stays here.

        Args:
            other: is changed as well; both are to be saved in one transaction.
            lead: of the other family from now on; needed when its plan was open.
            items: what else goes with it, of what was recorded since the merge.
            members: who else goes with it, of those who were added since the merge.

        Raises:
            Refused: when the other family is not part of this one, another than the lead, or the
                lead's agency, asks it, the lead is missing or works for no party of the other
                family, or something named was there before, or is a part of, or about,
                what stays here.
        """
        self._require_lead_acts(context)
        guest = self.guests.get(other.family_id)
        if guest is None or other.merged_into != self.family_id:
            raise Refused("data.other", f"{other.family_id} is not merged into {self.family_id}")
        self._require_recorded_since(guest, items, members)
        going = guest.members.union(members)
        self._require_not_shared(other, going)
        parted = part(
            guest, going, {one for ref in items for one in same_item(ref.kind, ref.item_id)}
        )
        parties = self._parties_back(other)
        _require_lead(other, lead, parties)
        gone = parted.own & self.held_items()
        names = guest.names.with_foreign(self.family_id)
        back = names.back()
        present, former = self._members_back(guest, other, members, back)
        former |= {back.of(MEMBER, one) for one in parted.strangers}
        holdings = self.hold(gone).under(back)
        self._record(
            FamilySplit,
            context,
            other=other.family_id,
            reason=reason,
            handed_back=tuple(parted.versions),
            items=tuple(
                ItemRef(kind=kind, item_id=one)
                for kind, one in sorted(gone)
                if kind not in {"meldcode", "meldcode-step"}
            ),
            steps_on=tuple(sorted(one for kind, one in gone if kind == "meldcode")),
            members=tuple(sorted(going)),
            remembered=tuple(sorted(going & parted.named_here)),
            agencies=self._agencies_leaving(guest),
        )
        other._record(
            SplitFrom,
            context,
            origin=self.family_id,
            reason=reason,
            handed_back=tuple(parted.versions),
            names=names.renamings(),
            lead=lead,
            members=present,
            former_members=tuple(sorted(former)),
            parties=tuple(other.parties[one] for one in parties),
            agencies=tuple(one for one in other.parties if one not in parties),
            holdings=holdings,
        )

    def _require_recorded_since(
        self, guest: Guest, items: Sequence[ItemRef], members: Sequence[str]
    ) -> None:
        held = self.held_items()
        for place, ref in enumerate(items):
            if (ref.kind, ref.item_id) not in held - guest.own_items:
                raise Refused(
                    f"data.items[{place}]",
                    f"{ref.kind} {ref.item_id} was not recorded since the families were merged",
                )
        added = {*self.members, *self.former_members} - guest.own_members
        for place, one in enumerate(members):
            if one not in added:
                raise Refused(
                    f"data.members[{place}]", f"{one} was not added since the families were merged"
                )

    def _require_not_shared(self, other: Splitting, going: frozenset[str]) -> None:
        for family_id, guest in self.guests.items():
            both = sorted(going & guest.shared)
            if both and family_id != other.family_id:
                raise Refused(
                    "data.other",
                    f"{both[0]} is a member of family {family_id} too, which is part of this one; "
                    "split that one off first",
                )

    def _parties_back(self, other: Splitting) -> tuple[str, ...]:
        """Who takes part in the other family: as before, but for those who left since."""
        left = [one for one in other.parties if one in self.parties]
        return tuple(left or other.parties)

    def _agencies_leaving(self, guest: Guest) -> tuple[str, ...]:
        """Who came with the other family leaves; not the lead's agency, nor the last one."""
        lead = None if self.lead is None else self.lead.agency
        leaving = [one for one in guest.parties if one in self.parties and one != lead]
        return tuple(leaving[: len(self.parties) - 1])

    def _members_back(
        self, guest: Guest, other: Splitting, moved: Iterable[str], back: Names
    ) -> tuple[tuple[FamilyMember, ...], set[str]]:
        """Who is, and who was, a member of the other family, under the ids it uses."""
        present: dict[str, FamilyMember] = {}
        former: set[str] = set()
        theirs = {
            one: guest.names.of(MEMBER, one) for one in (*other.members, *other.former_members)
        }
        own = {one: here for one, here in theirs.items() if here not in guest.shared}
        for one, here in {**own, **{back.of(MEMBER, one): one for one in moved}}.items():
            if here in self.members:
                present[one] = self.members[here].model_copy(update={"member_id": one})
            else:
                former.add(one)
        for one in theirs.keys() - own.keys():
            if one in other.members:
                present[one] = other.members[one]
            else:
                former.add(one)
        return tuple(present[one] for one in sorted(present)), former


def _require_lead(other: Splitting, lead: LeadCaseworker | None, parties: Iterable[str]) -> None:
    if lead is None:
        if other.status_before is PlanStatus.OPEN:
            raise Refused("data.lead", f"name who leads the plan of {other.family_id} from now on")
        return
    if lead.agency not in parties:
        raise Refused(
            "data.lead.agency",
            f"{lead.agency} takes no part in the plan of {other.family_id}; "
            f"these do: {', '.join(parties)}",
        )
