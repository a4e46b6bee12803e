"""Plans that stay in memory, so that a change does not read a family's whole history again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from domain.family_plan import FamilyPlan
from services.store.application import OnePlan

PLANS_KEPT = 5_000


class PlanCache:
    """The plans that were used last. Not for use by two threads at once.

    A plan is taken out to work on it, and put back once what was done to it has been saved. What
    was not saved is thereby forgotten: what memory holds may not be true. All are forgotten when a
    key was destroyed: a plan holds names.
    """

    def __init__(self, size: int = PLANS_KEPT) -> None:
        self._plans: OrderedDict[str, FamilyPlan] = OrderedDict()
        self._size = size
        self._generation = 0

    def take(self, application: OnePlan, family_ids: Iterable[str]) -> dict[str, FamilyPlan]:
        """Those of the plans that are kept, brought up to date in one query.

        Others write too: the watch, the lead's commands, an intake.
        """
        if application.keys.generation != self._generation:
            self._plans.clear()
            self._generation = application.keys.generation
        kept = (self._plans.pop(family_id, None) for family_id in family_ids)
        plans = {plan.family_id: plan for plan in kept if plan is not None}
        application.bring_up_to_date(plans.values())
        return plans

    def put(self, plan: FamilyPlan) -> None:
        """Keep a plan as it was saved; the one that was used longest ago makes room."""
        self._plans[plan.family_id] = plan
        self._plans.move_to_end(plan.family_id)
        if len(self._plans) > self._size:
            self._plans.popitem(last=False)
