"""What is due in a plan becomes a signal on its day, and lapses when it is met."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.family_plan.signals import SignalLapsed, SignalRaised
from projections.plan_agenda import WATCHER
from services.watch.watch import Watch
from tests.support.events import cloud_event
from tests.support.world import World

OWNER = {"name": "Anna", "kind": "family", "member_id": "mother"}


def told(world: World) -> list[tuple[str, str, str]]:
    """What the watch told the plan of F1, in order: whether it began or ended, rule and key."""
    found = []
    for event in world.application.events_of("F1"):
        if isinstance(event, SignalRaised):
            found.append(("raised", event.signal.rule, event.signal.key))
        elif isinstance(event, SignalLapsed):
            found.append(("lapsed", event.rule, event.key))
    return found


def v2(type_: str, data: dict[str, Any]) -> dict[str, Any]:
    return cloud_event(type_, data, type=f"nl.oneplan.{type_}.v2")


def test_signals_come_on_their_day_and_go_when_they_are_met(world: World) -> None:
    clock = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def pass_until(moment: datetime, watch: Watch) -> None:
        nonlocal clock
        clock = moment
        world.catch_up()
        while watch.step():
            world.catch_up()

    action = {"action_id": "a1", "owner": OWNER, "text": "Belt oma.", "due": "2026-03-05"}
    review = {
        "review_id": "r1",
        "held_on": "2026-03-01",
        "present": ["Anna"],
        "text": "Het gaat.",
        "next_on": "2026-03-20",
    }
    world.take(v2("action.agreed", action), cloud_event("review.held", review))
    with world.watching(lambda: clock, (WATCHER,)) as watch:
        # In winter time 5 March ends at 23:00 UTC, 20 March as well.
        pass_until(datetime(2026, 3, 5, 22, 59, tzinfo=UTC), watch)
        assert told(world) == []
        pass_until(datetime(2026, 3, 5, 23, 0, tzinfo=UTC), watch)
        late = ("raised", "action-overdue", "a1")
        assert told(world) == [late]
        done = {"action_id": "a1", "result": "Gebeld."}
        world.take(cloud_event("action.completed", done), now=clock)
        pass_until(datetime(2026, 3, 20, 23, 0, tzinfo=UTC), watch)
        met = ("lapsed", "action-overdue", "a1")
        missed = ("raised", "review-overdue", "2026-03-20")
        assert told(world) == [late, met, missed]
        closing = {"why": "moved-away", "reason": "Verhuisd.", "after_care_on": "2026-04-01"}
        world.take(v2("plan.closed", closing), now=clock)
        pass_until(datetime(2026, 3, 31, 22, 0, tzinfo=UTC), watch)
        # The first of April, in summer time; a closed plan has no reviews.
        assert told(world)[3:] == [
            ("lapsed", "review-overdue", "2026-03-20"),
            ("raised", "after-care-due", "2026-04-01"),
        ]
