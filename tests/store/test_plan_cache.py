"""Plans in memory: as new as the store when taken out, and gone unless they are put back."""

from __future__ import annotations

import pytest

from domain.errors import Refused
from domain.family_plan import FamilyPlan
from services.store.application import OnePlan
from services.store.plan_cache import PlanCache
from services.store.plans import change_plan
from tests.domain.test_family_plan import context, opened
from tests.store.test_store import opened_as


def test_a_plan_is_taken_out_up_to_date_and_once(application: OnePlan) -> None:
    cache, plan = PlanCache(), opened()
    application.save(plan)
    cache.put(plan)
    change_plan(application, "F1", lambda other: other.close("klaar", context()))
    taken = cache.take(application, ["F1", "F2"])
    assert list(taken) == ["F1"]
    assert taken["F1"] is plan
    assert taken["F1"] == application.plan("F1")
    assert cache.take(application, ["F1"]) == {}


def test_the_one_used_longest_ago_makes_room(application: OnePlan) -> None:
    cache = PlanCache(size=2)
    plans = {one: opened_as(one) for one in ("F1", "F2", "F3")}
    application.save(*plans.values())
    for plan in (plans["F1"], plans["F2"], plans["F1"], plans["F3"]):
        cache.put(plan)
    assert list(cache.take(application, plans)) == ["F1", "F3"]


def test_a_plan_that_was_changed_and_not_saved_is_forgotten(application: OnePlan) -> None:
    cache = PlanCache()
    application.save(opened())
    change_plan(application, "F1", lambda plan: plan.close("klaar", context()), cache)

    def half_done(plan: FamilyPlan) -> None:
        plan.reopen("weer", context())
        plan.reopen("en nog eens", context())

    with pytest.raises(Refused):
        change_plan(application, "F1", half_done, cache)
    assert cache.take(application, ["F1"]) == {}
    plan = change_plan(application, "F1", lambda plan: plan.reopen("weer", context()), cache)
    assert plan.version == 3
    assert cache.take(application, ["F1"]) == {"F1": plan}
