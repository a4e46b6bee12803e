"""The plan by life domain, checked against literals worked out by hand."""

from __future__ import annotations

from domain.values import Action, Concern, Goal, GoalResult, LifeDomain, Owner, Strength
from projections.life_domains import LifeDomainsView, life_domains_view
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened

Ids = list[tuple[str, list[str], list[str], list[tuple[str, str]]]]


def ids(view: LifeDomainsView | None) -> Ids:
    """Each life domain with its strengths, its concerns, and its goals with their state."""
    assert view is not None
    return [
        (
            one.life_domain.value,
            [strength.strength_id for strength in one.strengths],
            [concern.concern_id for concern in one.concerns],
            [(goal.goal_id, goal.state) for goal in one.goals],
        )
        for one in view.life_domains
    ]


def test_a_family_without_a_plan_has_none(read: Read) -> None:
    assert life_domains_view(read(events_of(opened("F2"))), "F1") is None


def test_a_new_plan_has_nothing_in_any_domain(read: Read) -> None:
    assert ids(life_domains_view(read(events_of(opened())), "F1")) == []


def test_what_stands_in_each_domain_in_one_look(read: Read) -> None:
    plan = opened()
    for number, life_domain in enumerate((LifeDomain.JUSTICE, LifeDomain.SAFETY)):
        plan.note_strength(
            Strength(strength_id=f"s{number}", life_domain=life_domain, text="calls for help"),
            context(at(3)),
        )
    for concern_id, life_domain in (
        ("c1", LifeDomain.SAFETY),
        ("c2", LifeDomain.SAFETY),
        ("c3", LifeDomain.FINANCES),
    ):
        plan.raise_concern(
            Concern(concern_id=concern_id, life_domain=life_domain, text="worries"), context(at(3))
        )
    plan.resolve_concern("c2", "gone", context(at(4)))
    plan.resolve_concern("c3", "gone", context(at(4)))
    for goal_id in ("g1", "g2"):
        plan.set_goal(
            Goal(goal_id=goal_id, life_domain=LifeDomain.SAFETY, text="calm"), context(at(5))
        )
    plan.set_goal(Goal(goal_id="g3", life_domain=LifeDomain.HOUSING, text="home"), context(at(5)))
    plan.end_goal("g2", GoalResult.REACHED, "calm", context(at(6)))
    plan.agree_action(
        Action(action_id="a1", goal_id="g1", owner=Owner(name="Anna"), text="call"), context(at(6))
    )
    found = life_domains_view(read(events_of(plan, opened("F2"))), "F1")
    # In the order of the life domains; finances holds nothing that is open, so it is left out.
    assert ids(found) == [
        ("safety", ["s1"], ["c1"], [("g1", "open"), ("g2", "ended")]),
        ("housing", [], [], [("g3", "open")]),
        ("justice", ["s0"], [], []),
    ]
    assert found is not None
    assert [one.action_id for one in found.life_domains[0].goals[0].actions] == ["a1"]
    assert LifeDomainsView.model_validate_json(found.model_dump_json()) == found
