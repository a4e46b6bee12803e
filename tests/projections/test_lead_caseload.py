"""The caseload of a lead, checked against literals worked out by hand."""

from __future__ import annotations

from domain.family_plan import FamilyPlan
from domain.values import (
    Action,
    Concern,
    Goal,
    GoalResult,
    LeadCaseworker,
    LifeDomain,
    Owner,
    PlanStatus,
)
from projections.lead_caseload import Caseload, CaseloadFamily, caseload
from tests.projections.conftest import Read
from tests.projections.support import at, context, events_of, opened

CARLA = LeadCaseworker(person_id="carla", name="Carla", agency="police")
DIRK = LeadCaseworker(person_id="dirk", name="Dirk", agency="school")


def led(family_id: str, day: int) -> FamilyPlan:
    """A plan that Carla leads from this day on."""
    plan = opened(family_id)
    plan.assign_lead(CARLA, context(at(day)))
    return plan


def test_the_families_a_person_leads_the_longest_led_first(read: Read) -> None:
    reader = read(events_of(led("F1", 6), led("F2", 4), led("F0", 6), opened("F3")))
    found = caseload(reader, "carla")
    assert (found.person_id, found.name) == ("carla", "Carla")
    assert [(one.family_id, one.since) for one in found.families] == [
        ("F2", at(4)),
        ("F0", at(6)),
        ("F1", at(6)),
    ]


def test_what_is_open_is_counted(read: Read) -> None:
    plan = led("F1", 3)
    for number in (1, 2, 3):
        plan.raise_concern(
            Concern(concern_id=f"c{number}", life_domain=LifeDomain.SAFETY, text="fear"),
            context(at(4)),
        )
        plan.set_goal(
            Goal(goal_id=f"g{number}", life_domain=LifeDomain.SAFETY, text="calm"), context(at(4))
        )
        plan.agree_action(
            Action(action_id=f"a{number}", owner=Owner(name="Anna"), text="call"), context(at(4))
        )
    plan.resolve_concern("c1", "gone", context(at(5)))
    plan.end_goal("g1", GoalResult.DROPPED, "no", context(at(5)))
    plan.end_goal("g2", GoalResult.REACHED, "yes", context(at(5)))
    plan.complete_action("a1", "done", context(at(5)))
    plan.cancel_action("a2", "no", context(at(5)))
    plan.complete_action("a3", "done", context(at(5), at(7)))
    assert caseload(read(events_of(plan)), "carla").families == (
        CaseloadFamily(
            family_id="F1",
            agency="police",
            since=at(3),
            status=PlanStatus.OPEN,
            open_concerns=2,
            open_goals=1,
            open_actions=0,
            open_signals=0,
            changed_at=at(7),
        ),
    )


def test_a_handover_moves_the_family(read: Read) -> None:
    handed = led("F1", 3)
    handed.hand_over("carla", DIRK, "moved", context(at(8)))
    reader = read(events_of(handed, led("F2", 3)))
    assert [one.family_id for one in caseload(reader, "carla").families] == ["F2"]
    dirks = caseload(reader, "dirk")
    assert dirks.name == "Dirk"
    assert [(one.family_id, one.agency, one.since) for one in dirks.families] == [
        ("F1", "school", at(8))
    ]


def test_a_released_family_is_in_nobodys_caseload(read: Read) -> None:
    plan = led("F1", 3)
    plan.release_lead("carla", "ill", context(at(8)))
    empty = Caseload(person_id="carla", name=None, families=())
    assert caseload(read(events_of(plan)), "carla") == empty


def test_a_closed_plan_stays_visible_as_closed(read: Read) -> None:
    plan = led("F1", 3)
    plan.close("goals reached", context(at(9)))
    families = caseload(read(events_of(plan)), "carla").families
    assert [(one.family_id, one.status, one.changed_at) for one in families] == [
        ("F1", PlanStatus.CLOSED, at(9))
    ]


def test_a_reopened_plan_is_open(read: Read) -> None:
    plan = led("F1", 3)
    plan.close("goals reached", context(at(9)))
    plan.reopen("a new report", context(at(10)))
    assert caseload(read(events_of(plan)), "carla").families[0].status is PlanStatus.OPEN
