"""The signals on the burden of help, by the real watch, once and in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.calendar import AMSTERDAM
from domain.family_plan import PlanEvent
from domain.family_plan.signals import SignalLapsed, SignalRaised, SignalStrengthened
from domain.values import Role
from projections.contact_watch import WATCHER
from services.watch.watch import Watch
from tests.support.events import NOW, cloud_event
from tests.support.world import World

WATCHERS = (WATCHER,)


def visited(
    number: int, agency: str, held_at: datetime = NOW, *, heard: bool = True
) -> dict[str, Any]:
    data = {
        "conversation_id": f"k{number}",
        "agency": agency,
        "professional": "Els",
        "manner": "home-visit",
        "held_at": held_at.isoformat(),
        "members": [{"member_id": one, "heard": heard} for one in ("mother", "child")],
        "about": "Hoe het thuis gaat.",
    }
    return cloud_event("conversation.held", data, agency=agency, time=held_at.isoformat())


def told(world: World) -> list[PlanEvent]:
    events = world.application.events_of("F1")
    return [one for one in events if one.provenance.role is Role.SYSTEM]


def until_quiet(world: World, watch: Watch) -> None:
    world.catch_up()
    while watch.step():
        world.catch_up()


def test_several_agencies_in_a_week_are_one_signal_that_grows(world: World) -> None:
    with world.watching(lambda: NOW, WATCHERS) as watch:
        for number, agency in enumerate(("police", "school", "police", "veilig-thuis")):
            until_quiet(world, watch)
            assert told(world) == []
            world.take(visited(number, agency))
        for number, agency in ((4, "police"), (5, "youth-care"), (6, "youth-care")):
            until_quiet(world, watch)
            world.take(visited(number, agency))
        until_quiet(world, watch)
    raised, grown = told(world)
    assert isinstance(raised, SignalRaised)
    # NOW is Monday 2 March 2026.
    assert (raised.signal.rule, raised.signal.key) == ("several-visitors", "2026-W10")
    assert [one.item_id for one in raised.signal.evidence] == ["k0", "k1", "k2", "k3"]
    assert isinstance(grown, SignalStrengthened)
    assert (grown.level, len(grown.evidence)) == (2, 6)


def test_time_alone_tells_that_somebody_is_not_heard_and_hearing_them_ends_it(
    world: World,
) -> None:
    clock = [NOW]
    world.take(visited(1, "police"))
    # 56 Dutch days after 2 March.
    due = datetime(2026, 4, 27, tzinfo=AMSTERDAM)
    with world.watching(lambda: clock[0], WATCHERS) as watch:
        until_quiet(world, watch)
        clock[0] = due - timedelta(seconds=1)
        until_quiet(world, watch)
        assert told(world) == []
        clock[0] = due
        until_quiet(world, watch)
        until_quiet(world, watch)
        raised = [one.signal for one in told(world) if isinstance(one, SignalRaised)]
        assert [(one.rule, one.key) for one in raised] == [
            ("not-heard", "child"),
            ("not-heard", "mother"),
        ]
        later = due + timedelta(days=1)
        clock[0] = later
        world.take(visited(2, "police", later), now=later)
        until_quiet(world, watch)
    lapsed = [one for one in told(world) if isinstance(one, SignalLapsed)]
    assert sorted(one.key for one in lapsed) == ["child", "mother"]
    assert len(told(world)) == 4
