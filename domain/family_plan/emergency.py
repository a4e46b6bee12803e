"""Emergency access (break-glass): taken with a reason, for a few hours, and looked at by the lead.

A family's data must be there in an emergency for who protects it; that it was taken is told to the
lead and stays on the record. NEN 7513:2018, chapter 6, has every use of an emergency procedure
logged; who may take it and for how long is our working agreement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from domain.context import Context
from domain.errors import Refused
from domain.family_plan.core import PlanCore, PlanEvent
from domain.keys import item_key
from domain.values import EmergencyAccess, FamilyText, ItemId, Role
from domain.values.emergency import REASON_MIN

LASTS = timedelta(hours=4)
"""From when it was taken: long enough for one night shift's emergency. Our working agreement."""


class EmergencyAccessTaken(PlanEvent):
    """Somebody looks at a family who otherwise may not, and says why."""

    TOPIC: ClassVar[str] = "oneplan.plan.EmergencyAccessTaken"

    access: EmergencyAccess

    def apply(self, plan: Emergencies) -> None:
        plan.items["emergency-access"][self.access.access_id] = True
        plan.emergencies[self.access.access_id] = self.access

    def makes_known(self) -> tuple[str, ...]:
        return (item_key(self.family_id, "emergency-access", self.access.access_id),)


class EmergencyAccessReviewed(PlanEvent):
    """The lead looked at it afterwards. One that was not justified ends at once."""

    TOPIC: ClassVar[str] = "oneplan.plan.EmergencyAccessReviewed"

    access_id: ItemId
    justified: bool
    text: FamilyText

    def apply(self, plan: Emergencies) -> None:
        plan.items["emergency-access"][self.access_id] = False
        taken = plan.emergencies[self.access_id]
        plan.emergencies[self.access_id] = after_review(taken, self)


def after_review(access: EmergencyAccess, review: EmergencyAccessReviewed) -> EmergencyAccess:
    """The access as it goes on once it was reviewed."""
    if review.justified:
        return access
    return access.model_copy(update={"until": min(access.until, review.recorded_at)})


def emergency_access(
    accesses: Iterable[EmergencyAccess], agency: str, person_id: str | None, now: datetime
) -> datetime | None:
    """Until when (UTC) somebody may look at a family in an emergency; None if they may not now.

    Whoever took it, and nobody else: a person's access is not their agency's system's.

    Args:
        accesses: those of one family, as they go on after their reviews.
        person_id: None for the agency's own system.
    """
    running = (
        one.until
        for one in accesses
        if (one.agency, one.person_id) == (agency, person_id) and now < one.until
    )
    return max(running, default=None)


class Emergencies(PlanCore):
    """Commands about emergency access. They are taken on a closed plan as well."""

    KINDS: ClassVar[tuple[str, ...]] = ("emergency-access",)

    emergencies: dict[str, EmergencyAccess]

    def _start(self) -> None:
        super()._start()
        self.emergencies = {}

    def take_emergency_access(
        self, access_id: str, person_id: str | None, reason: str, context: Context
    ) -> None:
        """Take access for :data:`LASTS`, for a professional or for an agency's own system.

        The agency need not be a party of the plan. Nobody of the family, no lead and no
        administrator takes it: they have their own ground to look, or none.

        Args:
            person_id: the professional who looks; None for the agency's system.

        Raises:
            Refused: when its id is taken, or somebody else than an agency or its professional
                takes it.
        """
        who = context.provenance
        if who.role is not Role.AGENCY or who.agency is None:
            raise Refused("source", "only an agency or one of its professionals takes this")
        self._require_new("data.access_id", "emergency-access", access_id)
        if len(reason.strip()) < REASON_MIN:
            raise Refused(
                "data.reason", f"say in {REASON_MIN} characters or more why it cannot wait"
            )
        access = EmergencyAccess(
            access_id=access_id,
            agency=who.agency,
            person_id=person_id,
            reason=reason.strip(),
            until=min(context.occurred_at, context.recorded_at) + LASTS,
        )
        self._record(EmergencyAccessTaken, context, access=access)

    def review_emergency_access(
        self, access_id: str, justified: bool, text: str, context: Context
    ) -> None:
        """Say whether it was justified, and what follows.

        Raises:
            UnknownItem: while nobody took it.
            Refused: when it was reviewed before, when another than the lead reviews it, or when
                the lead took it.
        """
        self._require_lead_acts(context)
        self._require_item("data.access_id", "emergency-access", access_id)
        taken = self.emergencies[access_id]
        if (context.provenance.agency, context.provenance.actor) == (taken.agency, taken.person_id):
            raise Refused("actor", "you took this access yourself; let an administrator review it")
        self._record(
            EmergencyAccessReviewed, context, access_id=access_id, justified=justified, text=text
        )
