"""Erasure as the plan's parties hear of it: they must erase their own copies too.

Source: GDPR (AVG), article 19: whoever was given the data is told of its erasure.
"""

from __future__ import annotations

from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.values import ItemId, MemberId, Role, Token


class PersonalDataErased(PlanEvent):
    """Personal data in this plan was erased: of ``members``, of ``staff``, or of all (neither).

    ``staff`` is the professional's id. What was erased reads ``[erased]`` from now on, in the
    events of before as well.
    """

    TOPIC: ClassVar[str] = "oneplan.plan.PersonalDataErased"

    erasure_id: ItemId
    members: tuple[MemberId, ...]
    staff: Token | None

    def apply(self, plan: PlanCore) -> None:
        plan.items["erasure"][self.erasure_id] = False


class Erasing(PlanCore):
    """Putting an erasure on the plan's record. The plan may be closed."""

    KINDS: ClassVar[tuple[str, ...]] = ("erasure",)

    def record_erasure(
        self, erasure_id: str, members: tuple[str, ...], staff: str | None, context: Context
    ) -> None:
        """Say that personal data was erased. Nothing happens when it was said before.

        Raises:
            Refused: when somebody else than the service itself says so.
        """
        if context.provenance.role is not Role.SYSTEM:
            raise Refused("source", "only the service itself puts an erasure on record")
        if erasure_id not in self.items["erasure"]:
            self._record(
                PersonalDataErased, context, erasure_id=erasure_id, members=members, staff=staff
            )
