"""The lead is told of emergency access by the real watch, until it has been reviewed."""

from __future__ import annotations

from datetime import timedelta

from domain.keys import signal_id
from projections.emergency_access import WATCHER
from tests.support.events import NOW, cloud_event
from tests.support.world import World

REASON = "Vader staat nu met een mes aan de deur."
SIGNAL = signal_id("F1", "emergency-access", "n1", 1)


def is_open(world: World) -> bool | None:
    plan = world.application.plan("F1")
    assert plan is not None
    return plan.items["signal"].get(SIGNAL)


def test_a_signal_stands_until_the_review(world: World) -> None:
    taken = cloud_event(
        "emergency-access.taken", {"access_id": "n1", "reason": REASON}, agency="halt"
    )
    review = {"access_id": "n1", "justified": True, "text": "Terecht."}
    later = NOW + timedelta(days=1)
    with world.watching(lambda: later, [WATCHER]) as watch:
        world.take(taken)
        while watch.step():
            world.catch_up()
        assert is_open(world) is True
        world.take(cloud_event("emergency-access.reviewed", review), now=later)
        while watch.step():
            world.catch_up()
        assert is_open(world) is False
