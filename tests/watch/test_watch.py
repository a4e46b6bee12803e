"""The watch on real databases, with two rules of its own: one on what is there, one on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from domain.family_plan import PlanEvent
from domain.family_plan.signals import SignalLapsed, SignalRaised, SignalStrengthened
from domain.values import Evidence, Finding, Role
from projections.current_plan import PlanView, plan_view, projection
from projections.rows import Reader
from projections.watching import Look, Watcher
from services.read_model.positions import Overtaken
from services.watch.watch import Watch
from tests.projections.support import wait_until
from tests.support.events import NOW, cloud_event, incident
from tests.support.world import World

DAY = timedelta(days=1)


@dataclass
class Clock:
    """What is now, as the test says."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def _plan(reader: Reader, family_id: str) -> PlanView:
    plan = plan_view(reader, family_id)
    assert plan is not None
    return plan


def several_incidents(reader: Reader, family_id: str, _now: datetime) -> Look:
    """Two incidents or more; a third makes it graver."""
    found = _plan(reader, family_id).incidents
    evidence = tuple(Evidence(kind="incident", item_id=one.incident_id) for one in found)
    if len(found) < 2:
        return Look()
    detail = f"{len(found)} incidents"
    level = len(found) - 1
    return Look((Finding(rule="many", key="x", level=level, detail=detail, evidence=evidence),))


def quiet_for_a_week(reader: Reader, family_id: str, now: datetime) -> Look:
    """No incident was recorded for seven days. Closed plans may be quiet."""
    plan = _plan(reader, family_id)
    over = max(one.recorded_at for one in (*plan.members, *plan.incidents)) + 7 * DAY
    if plan.status == "closed":
        return Look()
    if now < over:
        return Look(next_at=over)
    return Look((Finding(rule="quiet", key="family", detail="seven days", evidence=()),))


MANY = Watcher("many", projection, several_incidents)
QUIET = Watcher("quiet", projection, quiet_for_a_week)


def told(world: World, family_id: str = "F1") -> list[PlanEvent]:
    """What the watch told a plan."""
    events = world.application.events_of(family_id)
    return [one for one in events if one.provenance.role is Role.SYSTEM]


def until_quiet(world: World, watch: Watch) -> None:
    """Let views and watch follow each other until neither has anything to do."""
    world.catch_up()
    while watch.step():
        world.catch_up()


def one_incident(number: int, **attributes: str) -> dict[str, object]:
    return cloud_event("incident.recorded", incident(f"i{number}"), **attributes)


def test_a_signal_is_raised_once_and_grows_with_its_evidence(world: World) -> None:
    with world.watching(Clock(), (MANY,)) as watch:
        until_quiet(world, watch)
        assert told(world) == []
        world.take(one_incident(2))
        until_quiet(world, watch)
        until_quiet(world, watch)
        world.take(cloud_event("note.added", {"note_id": "n1", "text": "Nothing new."}))
        until_quiet(world, watch)
        world.take(one_incident(3))
        until_quiet(world, watch)
    raised, grown = told(world)
    assert isinstance(raised, SignalRaised)
    assert [one.item_id for one in raised.signal.evidence] == ["i1", "i2"]
    assert isinstance(grown, SignalStrengthened)
    assert [one.item_id for one in grown.evidence] == ["i1", "i2", "i3"]
    assert told(world, "F2") == []


def test_it_says_what_it_followed(world: World) -> None:
    world.take(one_incident(2, id="PL-7", correlationid="zaak-7"))
    with world.watching(Clock(NOW + DAY), (MANY,)) as watch:
        until_quiet(world, watch)
    (raised,) = told(world)
    followed = world.application.events_of("F1")[-2]
    assert raised.provenance.actor == "watch"
    assert raised.provenance.correlation_id == "zaak-7"
    assert raised.provenance.causation_id == f"F1:{followed.originator_version}"
    assert raised.occurred_at == raised.recorded_at == NOW + DAY


def test_time_alone_raises_a_signal_at_its_moment_and_once(world: World) -> None:
    clock = Clock()
    with world.watching(clock, (QUIET,)) as watch:
        until_quiet(world, watch)
        clock.now = NOW + 7 * DAY - timedelta(seconds=1)
        assert watch.step() == 0
        clock.now = NOW + 7 * DAY
        assert watch.step() == 2  # both families
        until_quiet(world, watch)
        clock.now = NOW + 30 * DAY
        until_quiet(world, watch)
    for family_id in ("F1", "F2"):
        (raised,) = told(world, family_id)
        assert raised.recorded_at == NOW + 7 * DAY
        assert raised.provenance.causation_id == "watch:2026-03-09T12:00:00Z"


def test_its_place_and_its_alarms_survive_a_restart(world: World) -> None:
    clock = Clock()
    with world.watching(clock, (QUIET,)) as watch:
        until_quiet(world, watch)
    clock.now = NOW + 8 * DAY
    with world.watching(clock, (QUIET,)) as watch:
        assert watch.step() == 2
        assert len(told(world)) == 1


def test_what_is_over_lapses(world: World) -> None:
    clock = Clock(NOW + 8 * DAY)
    with world.watching(clock, (QUIET,)) as watch:
        until_quiet(world, watch)
        world.take(cloud_event("plan.closed", {"reason": "Klaar."}), now=clock.now)
        until_quiet(world, watch)
        clock.now += 30 * DAY
        until_quiet(world, watch)
    raised, lapsed = told(world)
    assert isinstance(raised, SignalRaised)
    assert isinstance(lapsed, SignalLapsed)
    assert len(told(world, "F2")) == 1


def test_stopped_between_telling_and_remembering_it_tells_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(NOW + 8 * DAY)
    world.take(one_incident(2))
    with world.watching(clock, (MANY, QUIET)) as watch:
        with monkeypatch.context() as patch:
            patch.setattr(watch._follower, "passing", _power_cut)
            with pytest.raises(ConnectionError):
                watch.step()
        assert len(told(world)) == 2
    with world.watching(clock, (MANY, QUIET)) as watch:
        until_quiet(world, watch)
    assert len(told(world)) == 2


def _power_cut(_window: object) -> None:
    raise ConnectionError


def test_it_is_never_ahead_of_the_views(world: World) -> None:
    with world.watching(Clock(), (MANY,)) as watch:
        until_quiet(world, watch)
        world.take(one_incident(2), catch_up=False)
        assert watch.step() == 0
        assert told(world) == []
        until_quiet(world, watch)
        assert len(told(world)) == 1


def test_one_plan_that_cannot_be_told_does_not_keep_the_others(world: World) -> None:
    """A rule finds nonsense in one family, and in the other that it is quiet."""

    def look(reader: Reader, family_id: str, now: datetime) -> Look:
        seen = quiet_for_a_week(reader, family_id, now)
        wrong = Finding.model_construct(rule="bad rule!", key="k", level=1, detail="", evidence=())
        return Look((wrong,)) if family_id == "F1" else seen

    clock = Clock(NOW + 8 * DAY)
    watcher = Watcher("bad", projection, look)
    with capture_logs() as logs, world.watching(clock, (watcher,)) as watch:
        until_quiet(world, watch)
        assert len(told(world, "F2")) == 1
        assert told(world) == []
        assert [one["event"] for one in logs] == ["watch.failed"]
        clock.now += timedelta(minutes=5)
        assert watch.step() == 1  # it is tried again


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_one_watch_works_and_another_takes_over(world: World) -> None:
    clock = Clock(NOW + 8 * DAY)
    with world.watching(clock, (QUIET,)) as second:
        with world.watching(clock, (QUIET,)) as first:
            assert first.step() > 0
            world.catch_up()
            assert second.step() == 0
            world.take(one_incident(2), now=clock.now)
            assert second.step() == 0
        # The database gives the lock back once it has noticed that the first one is gone.
        wait_until(lambda: second.step() > 0)
        until_quiet(world, second)
    assert [type(one).__name__ for one in told(world)] == ["SignalRaised", "SignalLapsed"]


def test_whose_place_was_moved_by_another_does_not_move_it(world: World) -> None:
    clock = Clock(NOW + 8 * DAY)
    with world.watching(clock, (QUIET,)) as watch:
        with watch._follower.window(10) as window:
            assert window is not None
        until_quiet(world, watch)
        with pytest.raises(Overtaken), watch._follower.passing(window):
            pytest.fail("it was let through")
