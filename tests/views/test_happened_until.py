"""What had happened by a moment: nothing later, nothing that rests on it, and no view breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from domain.context import Context
from domain.family_plan import FamilyPlan, PlanEvent
from domain.need_to_know.audience import EVERYTHING, Audience
from domain.need_to_know.happened import as_seen
from domain.need_to_know.policy import Onlooker
from domain.values import (
    FamilyMember,
    FamilyRole,
    Goal,
    GoalResult,
    LeadCaseworker,
    LifeDomain,
    Note,
    Party,
    Review,
    ReviewDecision,
)
from projections.current_plan import PLAN, PlanView
from projections.registry import ALL, FAMILY_VIEWS
from projections.rows import MemoryRows
from services.read_model.source import RecordedEvent
from services.read_model.timetravel import view_replayed
from services.store.histories import history
from services.views.errors import NothingHappenedYet
from services.views.past import AsOf, past_of
from tests.projections.strategies import FAMILIES, histories
from tests.projections.support import at, context, opened
from tests.scenarios import simulate
from tests.store.test_histories import event_of, moments, streams_of

few = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)

STORY = Path(simulate.__file__).parent / "b_broken_window.jsonl"
LAST = datetime(2030, 1, 1, tzinfo=UTC)
BEFORE_LAST = LAST - timedelta(days=1)


@few
@given(events=histories(max_size=50, joins=True))
def test_every_view_of_joined_families_can_be_read_at_every_moment(
    events: list[RecordedEvent],
) -> None:
    streams, now = streams_of(events), moments(events)[-1]
    for family_id in (one for one in FAMILIES if history(one, streams)):
        ends = {
            one.occurred_at for one in past_of(family_id, EVERYTHING, AsOf(), streams, now).known
        }
        for end in sorted(ends):
            past = past_of(family_id, EVERYTHING, AsOf(None, end), streams, now)
            for view in FAMILY_VIEWS:
                try:
                    past.view(view)
                except NothingHappenedYet:
                    assert event_of(streams(family_id)[0]).occurred_at > end


def test_whatever_is_left_out_every_view_can_be_read() -> None:
    """Of a whole story every second event, one at a time, is taken to have happened last."""
    (plan,) = simulate.simulate(simulate.read(STORY)).plans.values()
    events = simulate.facts(plan)
    left_out = []
    for place in range(1, len(events), 2):
        told = [*events]
        told[place] = told[place].model_copy(update={"occurred_at": LAST})
        seen = as_seen(told, EVERYTHING, BEFORE_LAST)
        rows = MemoryRows()
        for position, one in enumerate(seen, start=1):
            for projection in ALL:
                projection.handle(one, position, rows)
        for view in FAMILY_VIEWS:
            assert view.read(rows, plan.family_id, BEFORE_LAST) is not None
        left_out.append(len(events) - len(seen))
    assert max(left_out) > 3


def plan_at(plan: FamilyPlan, end: datetime, audience: Audience = EVERYTHING) -> PlanView:
    seen = as_seen(simulate.facts(plan), audience, end)
    found = view_replayed(PLAN, seen, "F1", end)
    assert found is not None
    return found


def test_what_rests_on_something_later_is_left_out_with_it() -> None:
    plan = opened(when=at(1))
    goal = Goal(goal_id="g1", life_domain=LifeDomain.SAFETY, text="Rest.")
    plan.set_goal(goal, context(at(8)))
    plan.end_goal("g1", GoalResult.REACHED, "Rest.", context(at(5), at(9)))
    review = Review(
        review_id="r1",
        held_on=date(2026, 3, 4),
        present=("Els",),
        text="On.",
        decisions=(ReviewDecision(decision_id="d1", goal_id="g1", text="Go on."),),
    )
    plan.hold_review(review, context(at(4), at(9)))
    earlier, later = plan_at(plan, at(7)), plan_at(plan, at(8))
    assert (earlier.goals, [one.ended is None for one in later.goals]) == ((), [False])
    assert [len(one.decisions) for one in (*earlier.reviews, *later.reviews)] == [0, 1]


def test_there_is_one_lead_at_every_moment() -> None:
    """A handover and a release come before what they rest on, by their dates."""
    plan = opened(when=at(1))
    eva, dirk, kim = (
        LeadCaseworker(person_id=one, name=one, agency="police") for one in ("eva", "dirk", "kim")
    )
    plan.assign_lead(eva, context(at(2)))
    plan.hand_over("eva", dirk, "Moved.", context(at(8)))
    plan.release_lead("dirk", "Ill.", context(at(5), at(9)))
    plan.assign_lead(kim, context(at(6), at(10)))
    leads = [plan_at(plan, at(day)).lead for day in (1, 2, 5, 7, 8)]
    assert [one and one.person_id for one in leads] == [None, "eva", "eva", "eva", "kim"]


SHELTER = Party(agency="shelter", task="A bed.")
AUNT = FamilyMember(member_id="aunt", name="Bea", role=FamilyRole.RELATIVE)
Command = Callable[[FamilyPlan, Context], None]


def of_shelter(given: Context) -> Context:
    return context(given.occurred_at, given.recorded_at, agency="shelter")


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (
            lambda plan, when: plan.agency_joins(SHELTER, when),
            lambda plan, when: plan.agency_leaves("shelter", "No bed.", of_shelter(when)),
        ),
        (
            lambda plan, when: plan.add_member(AUNT, when),
            lambda plan, when: plan.remove_member("aunt", "Abroad.", when),
        ),
        (
            lambda plan, when: plan.close("Moved.", when),
            lambda plan, when: plan.reopen("Back.", when),
        ),
    ],
    ids=["taking part", "being a member", "being closed"],
)
def test_what_ends_had_begun_and_what_is_so_does_not_begin(begin: Command, end: Command) -> None:
    """The last of each is told of later, and happened before what it rests on."""

    def happened(plan: FamilyPlan, day: int) -> list[PlanEvent]:
        assert plan_at(plan, at(day)).status in {"open", "closed"}
        return as_seen(simulate.facts(plan), EVERYTHING, at(day))[1:]

    plan = opened(when=at(1))
    begin(plan, context(at(8)))
    end(plan, context(at(5), at(9)))
    begun, ended = simulate.facts(plan)[1:]
    assert happened(plan, 6) == []
    assert happened(plan, 8) == [begun, ended]

    plan = opened(when=at(1))
    begin(plan, context(at(2)))
    end(plan, context(at(8)))
    begin(plan, context(at(5), at(9)))
    begun, ended, again = simulate.facts(plan)[1:]
    assert happened(plan, 6) == [begun]
    assert happened(plan, 8) == [begun, ended, again]


def test_who_is_named_is_a_member_and_who_is_named_in_secret_is_not() -> None:
    plan = opened(when=at(1))
    aunt = FamilyMember(member_id="aunt", name="Bea", role=FamilyRole.RELATIVE)
    plan.add_member(aunt, context(at(8)))
    plan.add_note(Note(note_id="n1", about=("aunt",), text="Stood there."), context(at(3), at(9)))
    child = Audience(Onlooker.FAMILY, member_id="bram")
    for day, audience, there in ((2, EVERYTHING, False), (3, EVERYTHING, True), (3, child, False)):
        members = {one.member_id for one in plan_at(plan, at(day), audience).members}
        assert ("aunt" in members) is there
