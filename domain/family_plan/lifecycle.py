"""Opening, closing and reopening the plan."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from domain.calendar import dutch_day
from domain.context import Context
from domain.errors import Refused
from domain.events import CreatingEvent
from domain.family_plan.core import PlanCore, PlanEvent, require_distinct
from domain.family_plan.phases import PHASE_WHEN_CLOSED, PHASE_WHEN_REOPENED, Phases
from domain.keys import item_key, open_plan_key, plan_id, plan_key
from domain.values import UNKNOWN, ClosingReason, FamilyMember, FamilyText, Party, PlanStatus


class PlanOpened(CreatingEvent, PlanEvent):
    """The one plan of a family began, with whom it is about and who takes part."""

    TOPIC: ClassVar[str] = "oneplan.plan.PlanOpened"

    reason: FamilyText
    members: tuple[FamilyMember, ...]
    parties: tuple[Party, ...]

    def makes_known(self) -> tuple[str, ...]:
        members = (item_key(self.family_id, "member", one.member_id) for one in self.members)
        return (plan_key(self.family_id), *members)


class PlanClosed(PlanEvent):
    """The work with the family ended, for a reason."""

    TOPIC: ClassVar[str] = "oneplan.plan.PlanClosed"
    class_version: ClassVar[int] = 2

    reason: FamilyText
    why: ClosingReason | None
    after_care_on: date | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Version 1 had the reason in words only, and no after-care."""
        state |= {"why": None, "after_care_on": None}

    def apply(self, plan: Phases) -> None:
        plan.status = PlanStatus.CLOSED
        plan.phase = PHASE_WHEN_CLOSED


class PlanReopened(PlanEvent):
    """The work with the family began again, on the same plan."""

    TOPIC: ClassVar[str] = "oneplan.plan.PlanReopened"

    reason: FamilyText

    def apply(self, plan: Phases) -> None:
        plan.status = PlanStatus.OPEN
        plan.phase = PHASE_WHEN_REOPENED

    def makes_known(self) -> tuple[str, ...]:
        return (open_plan_key(self.family_id),)


class Lifecycle(PlanCore):
    """Commands that begin and end the plan."""

    @classmethod
    def open(
        cls,
        family_id: str,
        *,
        reason: str,
        members: tuple[FamilyMember, ...],
        parties: tuple[Party, ...],
        context: Context,
    ) -> Self:
        """Open the plan of a family. The agency that opens it takes part in it.

        Raises:
            Refused: when a member or a party is named twice, when there is no party or the opener
                is none, or when a member's id means nobody.
        """
        require_distinct("data.members", [member.member_id for member in members])
        require_distinct("data.parties", [party.agency for party in parties])
        _require_known_ids(members)
        opener = context.provenance.agency
        if opener is not None and opener not in {party.agency for party in parties}:
            raise Refused(
                "data.parties", f"{opener} opens the plan, so name it as a party with its task"
            )
        if not parties:
            raise Refused("data.parties", "name at least one agency that takes part, with its task")
        create: Any = cls._create  # type: ignore[attr-defined]
        plan: Self = create(
            PlanOpened,
            id=plan_id(family_id),
            timestamp=context.recorded_at,
            family_id=family_id,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            reason=reason,
            members=members,
            parties=parties,
        )
        return plan

    def close(
        self,
        reason: str,
        context: Context,
        *,
        why: ClosingReason | None = None,
        after_care_on: date | None = None,
    ) -> None:
        """End the work with the family; the plan is in its last phase then.

        Open goals, actions and agreements stay on the record as they are.

        Args:
            after_care_on: the Dutch calendar day on which somebody asks how it goes.

        Raises:
            Refused: when that day lies before the closing.
        """
        self._open_for(context)
        if after_care_on is not None and after_care_on < dutch_day(context.occurred_at):
            raise Refused("data.after_care_on", f"{after_care_on} lies before the closing")
        self._record(PlanClosed, context, reason=reason, why=why, after_care_on=after_care_on)

    def reopen(self, reason: str, context: Context) -> None:
        """Take the work up again, from the phase of analysis. Raises Refused for an open plan."""
        if self.status is PlanStatus.OPEN:
            raise Refused("subject", f"the plan of family {self.family_id} is open already")
        self._require_say(context)
        self._record(PlanReopened, context, reason=reason)


def _require_known_ids(members: tuple[FamilyMember, ...]) -> None:
    for place, member in enumerate(members):
        if member.member_id == UNKNOWN:
            raise Refused(
                f"data.members[{place}].member_id", f"{UNKNOWN} stands for nobody; choose another"
            )
