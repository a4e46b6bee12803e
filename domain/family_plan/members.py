"""Who the plan is about: the members of the family and of its network."""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import UNKNOWN, FamilyMember, MemberId, PersonalText


class MemberAdded(PlanEvent):
    """Somebody of the family or its network became part of the plan."""

    TOPIC: ClassVar[str] = "oneplan.plan.MemberAdded"

    member: FamilyMember

    def apply(self, plan: PlanCore) -> None:
        plan.members[self.member.member_id] = self.member
        plan.former_members.discard(self.member.member_id)

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "member", self.member.member_id),)


class MemberRemoved(PlanEvent):
    """Somebody is no longer part of the plan; what happened stays on the record."""

    TOPIC: ClassVar[str] = "oneplan.plan.MemberRemoved"

    member_id: MemberId
    reason: PersonalText

    def apply(self, plan: PlanCore) -> None:
        del plan.members[self.member_id]
        plan.former_members.add(self.member_id)


class Membership(PlanCore):
    """Commands about the family's members."""

    def add_member(self, member: FamilyMember, context: Context) -> None:
        """Add somebody. Raises Refused when the member id is taken or means nobody."""
        self._open_for(context)
        if member.member_id == UNKNOWN:
            raise Refused("data.member_id", f"{UNKNOWN} stands for nobody; choose another id")
        if member.member_id in self.members:
            raise Refused(
                "data.member_id",
                f"member {member.member_id} exists already; give the new one its own id",
            )
        self._record(MemberAdded, context, member=member)

    def remove_member(self, member_id: str, reason: str, context: Context) -> None:
        """Remove somebody.

        Raises:
            UnknownItem: when the plan never held this member.
            Refused: when the member was removed before.
        """
        self._open_for(context)
        if member_id in self.former_members:
            raise Refused("data.member_id", f"member {member_id} was removed already")
        if member_id not in self.members:
            raise self._unknown("data.member_id", "member", member_id)
        self._record(MemberRemoved, context, member_id=member_id, reason=reason)
