"""Whether that which a held event waits for is there by now."""

from __future__ import annotations

from domain.values import PlanStatus
from services.intake.joined import called_by, going_on
from services.store.application import OnePlan


def is_known(application: OnePlan, key: str) -> bool:
    """Whether the thing behind a key of :mod:`domain.keys` is known.

    Raises:
        ValueError: for a key that no one of :mod:`domain.keys` makes.
    """
    kind, _, rest = key.partition(":")
    if kind == "reference":
        agency, _, reference = rest.partition(":")
        return application.family_of(agency, reference) is not None
    family_id, _, item_id = rest.partition(":")
    plan = application.plan(family_id)
    if plan is None:
        return False
    if kind == "plan":
        return True
    named, plan = plan, going_on(plan, application.plan)
    item_id = called_by(plan, named.family_id, kind, item_id)
    if kind == "open-plan":
        return plan.status is PlanStatus.OPEN
    if kind == "member":
        return item_id in plan.members or item_id in plan.former_members
    if kind in plan.items:
        return item_id in plan.items[kind]
    raise ValueError(f"{key}: no key that an event can wait for")
