"""The lead's way in: one command on one plan, tried again when another changed it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import stamina
from eventsourcing.persistence import IntegrityError

from domain.errors import Refused
from domain.family_plan import FamilyPlan
from services.store.application import OnePlan
from services.store.plan_cache import PlanCache

ATTEMPTS = 20


def change_plan(
    application: OnePlan,
    family_id: str,
    command: Callable[[FamilyPlan], None],
    cache: PlanCache | None = None,
) -> FamilyPlan:
    """Give a command to the plan of a family and save what came of it.

    Args:
        command: is given the plan as it is now; called again on a newer one after a conflict.
        cache: for who changes the same plans again and again.

    Raises:
        DomainError: when the plan does not take the command.
        IntegrityError: when others kept changing the plan for 20 attempts.
    """
    for attempt in _attempts():
        with attempt:
            kept = {} if cache is None else cache.take(application, [family_id])
            plan = kept.get(family_id) or _existing(application, family_id)
            command(plan)
            application.save(plan)
            if cache is not None:
                cache.put(plan)
            return plan
    raise AssertionError("unreachable: the retries either return or raise")


def change_two_plans(
    application: OnePlan,
    family_id: str,
    other_id: str,
    command: Callable[[FamilyPlan, FamilyPlan], None],
) -> FamilyPlan:
    """Give a command to the plans of two families and save what came of it in one transaction.

    Returns the plan of the first. Args and errors as for :func:`change_plan`.
    """
    for attempt in _attempts():
        with attempt:
            plan = _existing(application, family_id)
            other = plan if other_id == family_id else _existing(application, other_id)
            command(plan, other)
            application.save(plan, other)
            return plan
    raise AssertionError("unreachable: the retries either return or raise")


def _existing(application: OnePlan, family_id: str) -> FamilyPlan:
    plan = application.plan(family_id)
    if plan is None:
        raise Refused("family", f"family {family_id} has no plan; open one first")
    return plan


def _attempts() -> Iterable[AbstractContextManager[object]]:
    return stamina.retry_context(
        on=IntegrityError,
        attempts=ATTEMPTS,
        timeout=30,
        wait_initial=0.005,
        wait_max=0.25,
        wait_jitter=0.02,
    )


def open_plan(application: OnePlan, plan: FamilyPlan) -> FamilyPlan:
    """Save a plan that was just opened.

    Raises:
        Refused: when the family has a plan already; the store's key sees to it that it has one.
    """
    try:
        application.save(plan)
    except IntegrityError as error:
        raise Refused(
            "family", f"family {plan.family_id} has a plan already: one family, one plan"
        ) from error
    return plan
