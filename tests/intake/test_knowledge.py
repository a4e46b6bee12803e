"""What a held event waits for: unknown before, known after, and announced by the event itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.case_reference import CaseReference
from domain.family_plan import FamilyPlan
from domain.keys import item_key, open_plan_key, plan_key, reference_key
from domain.values import Action, Concern, Goal, LifeDomain, Owner
from services.intake.knowledge import is_known
from services.store.application import OnePlan
from services.store.plans import change_plan
from tests.domain.test_family_plan import an_incident, context, member, opened

Change = Callable[[FamilyPlan], None]

CHANGES: list[tuple[str, Change]] = [
    (item_key("F1", "member", "oma"), lambda plan: plan.add_member(member("oma"), context())),
    (
        item_key("F1", "goal", "g1"),
        lambda plan: plan.set_goal(
            Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="rust"), context()
        ),
    ),
    (
        item_key("F1", "action", "a1"),
        lambda plan: plan.agree_action(
            Action(action_id="a1", owner=Owner(name="oma"), text="x"), context()
        ),
    ),
    (
        item_key("F1", "concern", "c1"),
        lambda plan: plan.raise_concern(
            Concern(concern_id="c1", life_domain=LifeDomain.SAFETY, text="x"), context()
        ),
    ),
    (
        item_key("F1", "incident", "i1"),
        lambda plan: plan.record_incident(an_incident("i1"), context()),
    ),
]


@pytest.mark.parametrize(("key", "change"), CHANGES, ids=[key for key, _ in CHANGES])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_item_is_known_once_it_is_there(application: OnePlan, key: str, change: Change) -> None:
    assert not is_known(application, key)
    application.save(opened())
    assert not is_known(application, key)
    change_plan(application, "F1", change)
    assert is_known(application, key)
    assert application.events_of("F1")[1].makes_known() == (key,)


def test_a_member_who_has_gone_stays_known(application: OnePlan) -> None:
    application.save(opened())
    change_plan(application, "F1", lambda plan: plan.remove_member("m1", "weg", context()))
    assert is_known(application, item_key("F1", "member", "m1"))


def test_a_plan_is_known_and_open_until_it_is_closed(application: OnePlan) -> None:
    assert not is_known(application, plan_key("F1"))
    application.save(opened())
    assert is_known(application, plan_key("F1"))
    assert is_known(application, open_plan_key("F1"))
    change_plan(application, "F1", lambda plan: plan.close("klaar", context()))
    assert is_known(application, plan_key("F1"))
    assert not is_known(application, open_plan_key("F1"))
    change_plan(application, "F1", lambda plan: plan.reopen("weer", context()))
    assert is_known(application, open_plan_key("F1"))
    assert application.events_of("F1")[-1].makes_known() == (open_plan_key("F1"),)


def test_a_case_reference_is_known_to_its_agency_only(application: OnePlan) -> None:
    application.save(CaseReference.link("police", "PL-1", "F1", context()))
    assert is_known(application, reference_key("police", "PL-1"))
    assert not is_known(application, reference_key("school", "PL-1"))


def test_a_key_that_nobody_makes_is_an_error(application: OnePlan) -> None:
    application.save(opened())
    with pytest.raises(ValueError, match="no key that an event can wait for"):
        is_known(application, "weather:F1:rain")
