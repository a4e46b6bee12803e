"""Properties of all views over random histories of random plans."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from domain.family_plan import PlanEvent
from projections.current_plan import PLAN, plan_view
from projections.registry import ALL
from services.read_model.projector import Projector
from services.read_model.source import RecordedEvent
from services.read_model.timetravel import view_replayed
from tests.projections.strategies import FAMILIES, START, histories
from tests.projections.support import (
    ListSource,
    dump_memory,
    dump_sql,
    folded,
    wipe,
)
from tests.projections.test_projector import tally

PROJECTIONS = (*ALL, tally())
BATCHES = st.lists(st.integers(1, 12), min_size=1, max_size=8)


@pytest.fixture(
    params=[pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres")]
)
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """Not emptied: each example does that itself."""
    engine: Engine = request.getfixturevalue(f"engine_on_{request.param}")
    return engine


examples = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def drain(projector: Projector, batches: list[int]) -> None:
    """Catch up in batches of these sizes, over and over."""
    turn = 0
    while projector.catch_up(batches[turn % len(batches)]):
        turn += 1


@examples
@given(events=histories(joins=True), batches=BATCHES)
def test_batches_of_any_size_give_what_one_by_one_gives(
    any_engine: Engine, events: list[RecordedEvent], batches: list[int]
) -> None:
    wipe(any_engine)
    drain(Projector(any_engine, ListSource(events), PROJECTIONS), batches)
    expected = dump_memory(folded(events, PROJECTIONS), PROJECTIONS)
    assert dump_sql(any_engine, PROJECTIONS) == expected


@examples
@given(events=histories(joins=True), batches=BATCHES, built=st.integers(0, 30))
def test_a_rebuild_gives_the_same_tables(
    any_engine: Engine, events: list[RecordedEvent], batches: list[int], built: int
) -> None:
    wipe(any_engine)
    source = ListSource(events[:built])
    projector = Projector(any_engine, source, PROJECTIONS)
    drain(projector, batches)
    source.add(events[built:])
    projector.rebuild(None, lambda _done, _total: None)
    drain(projector, batches)
    expected = dump_memory(folded(events, PROJECTIONS), PROJECTIONS)
    assert dump_sql(any_engine, PROJECTIONS) == expected


class CrashingSource(ListSource):
    """Crashes on some reads, and on others lets a second projector in between."""

    def __init__(self, events: list[RecordedEvent], faults: list[str], other: Projector) -> None:
        super().__init__(events)
        self._faults = faults
        self._other = other

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        found = super().after(position, limit)
        fault = self._faults.pop() if self._faults else "none"
        if fault == "crash":
            raise ConnectionError
        if fault == "overtake":
            self._other.catch_up(limit + 1)
        return found


@examples
@given(
    events=histories(joins=True),
    batches=BATCHES,
    faults=st.lists(st.sampled_from(["none", "crash", "overtake"]), max_size=12),
)
def test_crashes_and_a_second_projector_apply_nothing_twice(
    any_engine: Engine, events: list[RecordedEvent], batches: list[int], faults: list[str]
) -> None:
    wipe(any_engine)
    other = Projector(any_engine, ListSource(events), PROJECTIONS)
    source = CrashingSource(events, list(faults), other)
    for _ in range(faults.count("crash") + 1):
        try:
            drain(Projector(any_engine, source, PROJECTIONS), batches)
        except ConnectionError:
            continue
    drain(Projector(any_engine, ListSource(events), PROJECTIONS), batches)
    expected = dump_memory(folded(events, PROJECTIONS), PROJECTIONS)
    assert dump_sql(any_engine, PROJECTIONS) == expected


@settings(max_examples=50, deadline=None)
@given(events=histories(max_size=50))
def test_a_plan_view_holds_what_its_plan_holds(events: list[RecordedEvent]) -> None:
    """Counted from the events, without the projection's own code."""
    rows = folded(events)
    for family_id in FAMILIES:
        own = [one.event for one in events if getattr(one.event, "family_id", "") == family_id]
        view = plan_view(rows, family_id)
        assert view == view_replayed(PLAN, own, family_id, START)
        if view is None:
            assert own == []
            continue
        kinds = [type(event).__name__ for event in own if isinstance(event, PlanEvent)]
        assert view.version == len(kinds)
        assert len(view.incidents) == kinds.count("IncidentRecorded")
        assert len(view.notes) == kinds.count("NoteAdded")
        assert len(view.concerns) == kinds.count("ConcernRaised")
        assert len(view.goals) == kinds.count("GoalSet")
        actions = [*view.loose_actions, *(one for goal in view.goals for one in goal.actions)]
        assert len(actions) == kinds.count("ActionAgreed")
        ended = [one for one in actions if one.state == "ended"]
        assert len(ended) == kinds.count("ActionCompleted") + kinds.count("ActionCancelled")
        for told in (view.incidents, view.notes, view.concerns, view.goals, view.members):
            moments = [one.occurred_at for one in told]
            assert moments == sorted(moments)
