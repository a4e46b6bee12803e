"""Histories of families that are merged and split: nothing lost, nothing doubled, at any moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings

from domain.family_plan import FamilyPlan, PlanEvent
from domain.family_plan.merging import FamilyMerged, MergedInto
from domain.family_plan.splitting import FamilySplit, SplitFrom
from domain.need_to_know.audience import EVERYTHING
from domain.values import PlanStatus
from projections.agency_families import parties_of
from projections.current_plan import PLAN, plan_view
from projections.family_timeline import timeline
from projections.plan_model import PlanView
from services.read_model.source import RecordedEvent
from services.read_model.timetravel import view_replayed
from services.store.histories import Streams, history, joined_then
from services.views.past import AsOf, past_of
from tests.projections.strategies import FAMILIES, histories
from tests.projections.support import folded

many = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
joined = histories(max_size=40, joins=True)
Positions = dict[str, list[int]]


def event_of(recorded: RecordedEvent) -> PlanEvent:
    assert isinstance(recorded.event, PlanEvent)
    return recorded.event


def streams_of(events: Sequence[RecordedEvent]) -> Streams:
    found: dict[str, list[RecordedEvent]] = {one: [] for one in FAMILIES}
    for recorded in events:
        found[event_of(recorded).family_id].append(recorded)
    return lambda family_id: found[family_id]


def positions(streams: Streams, known_at: datetime | None = None) -> Positions:
    return {
        one: [it.position for it in history(one, streams, known_at=known_at)] for one in FAMILIES
    }


def replayed(stream: Sequence[RecordedEvent]) -> FamilyPlan | None:
    plan: FamilyPlan | None = None
    for recorded in stream:
        plan = event_of(recorded).mutate(plan)
        assert plan is not None
        assert plan.status is not PlanStatus.MERGED or plan.lead is None
    return plan


def moments(events: Sequence[RecordedEvent]) -> list[datetime]:
    """The moments at which something was recorded; what is of one moment is of one command."""
    return sorted({event_of(one).recorded_at for one in events})


@many
@given(events=joined)
def test_each_event_is_in_one_history_at_every_moment(events: list[RecordedEvent]) -> None:
    streams = streams_of(events)
    for known_at in moments(events):
        held = Counter(one for found in positions(streams, known_at).values() for one in found)
        known = [one for one in events if event_of(one).recorded_at <= known_at]
        # Only the last words of a family that is merged now are in none.
        last = {event_of(one).family_id: one for one in known}
        silent = {one.position for one in last.values() if isinstance(one.event, MergedInto)}
        assert held == Counter(one.position for one in known if one.position not in silent)


@many
@given(events=joined)
def test_a_merge_adds_what_the_other_had_and_a_split_gives_it_back(
    events: list[RecordedEvent],
) -> None:
    streams = streams_of(events)
    brought: dict[tuple[str, str], set[int]] = {}
    for known_at in moments(events):
        before = positions(streams, known_at - timedelta(microseconds=1))
        after = positions(streams, known_at)
        now = [one for one in events if event_of(one).recorded_at == known_at]
        for recorded in now:
            event, own = event_of(recorded), set(after[event_of(recorded).family_id])
            match event:
                case FamilyMerged():
                    theirs = brought[event.family_id, event.other] = set(before[event.other])
                    mine = set(before[event.family_id])
                    assert own == mine | theirs | {recorded.position}
                    assert after[event.other] == []
                case FamilySplit():
                    theirs = brought[event.family_id, event.other]
                    back = {streams(event.family_id)[one - 1].position for one in event.handed_back}
                    mine = set(before[event.family_id]) - theirs - back
                    assert back <= set(before[event.family_id])
                    assert own == mine | {recorded.position}
                    given_back = set(after[event.other])
                    assert theirs | back <= given_back
                    assert len(given_back) == len(theirs | back) + 2


def on_its_goals(view: PlanView | None) -> PlanView | None:
    """Without what reviews decided on goals that a split gave back to the other family.

    Of what kind such a goal is, nobody can tell here any more: a sight that is cut leaves it out.
    """
    if view is None:
        return None
    there = {None, *(goal.goal_id for goal in view.goals)}
    reviews = tuple(
        one.model_copy(
            update={"decisions": tuple(said for said in one.decisions if said.goal_id in there)}
        )
        for one in view.reviews
    )
    return view.model_copy(update={"reviews": reviews})


@many
@given(events=joined)
def test_views_hold_what_the_plans_hold(events: list[RecordedEvent]) -> None:
    streams, rows = streams_of(events), folded(events)
    for family_id in FAMILIES:
        plan, view = replayed(streams(family_id)), plan_view(rows, family_id)
        told = [event_of(one) for one in history(family_id, streams)]
        now = moments(events)[-1]
        assert view == view_replayed(PLAN, told, family_id, now)
        past = past_of(family_id, EVERYTHING, AsOf(now), streams, now)
        assert on_its_goals(view) == on_its_goals(past.view(PLAN) if past.known else None)
        if plan is None or plan.status is PlanStatus.MERGED:
            assert view is None
            assert parties_of(rows, family_id) == []
            continue
        assert view is not None
        assert (view.status, view.lead and view.lead.person_id) == (
            plan.status,
            plan.lead and plan.lead.person_id,
        )
        assert view.version == plan.version
        assert parties_of(rows, family_id) == sorted(plan.parties)
        assert {one.member_id for one in view.members} == plan.members.keys()
        goals = {one.goal_id: one.state == "open" for one in view.goals}
        assert goals == plan.items["goal"]
        assert {one.concern_id: one.state == "open" for one in view.concerns} == plan.items[
            "concern"
        ]
        assert {one.incident_id for one in view.incidents} == plan.items["incident"].keys()
        assert {one.note_id for one in view.notes} == plan.items["note"].keys()


@many
@given(events=joined)
def test_the_timeline_is_the_history_in_the_order_in_which_things_happened(
    events: list[RecordedEvent],
) -> None:
    streams, rows = streams_of(events), folded(events)
    for family_id in FAMILIES:
        shown = timeline(rows, family_id, limit=1000).entries
        told = history(family_id, streams)
        in_order = sorted(told, key=lambda one: (event_of(one).occurred_at, one.position))
        assert [one.position for one in shown] == [one.position for one in in_order]
        assert {one.family_id for one in shown} <= {family_id}


@many
@given(events=joined)
def test_between_a_merge_and_its_split_a_family_was_joined_then(
    events: list[RecordedEvent],
) -> None:
    streams = streams_of(events)
    for family_id in FAMILIES:
        own = [event_of(one) for one in streams(family_id)]
        # Each split closes the last merge with the same family; that is one stretch of time.
        stretches = [
            (
                max(
                    one.recorded_at
                    for one in own
                    if isinstance(one, FamilyMerged | MergedInto)
                    and partner(one) == partner(split)
                    and one.originator_version < split.originator_version
                ),
                split.recorded_at,
            )
            for split in own
            if isinstance(split, FamilySplit | SplitFrom)
        ]
        for known_at in moments(events):
            expected = any(begin <= known_at < end for begin, end in stretches)
            assert joined_then(family_id, streams, known_at) is expected


def partner(event: PlanEvent) -> str:
    facts = event.model_dump(include={"other", "into", "origin"})
    (found,) = facts.values()
    assert isinstance(found, str)
    return found
