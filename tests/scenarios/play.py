"""Play a scenario in its own time: intake, views and watch on a real database, and one clock.

Each line comes to be known at its ``time``, or at the latest time above it. Between two lines the
clock stops at every alarm of the watch, so that terms expire and signals are raised on the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from domain.family_plan import PlanEvent
from services.contracts.receipt import Status
from services.intake.delivery import Delivery
from services.intake.intake import Intake
from services.read_model.engine import reading
from services.watch.alarms import ALARMS, EPOCH
from services.watch.watch import Watch
from tests.scenarios.simulate import Arrival
from tests.support.events import delivery
from tests.support.world import World


class Play:
    """A scenario on its way. ``now`` is where it is."""

    def __init__(self, world: World, begin: datetime) -> None:
        self.now = begin
        self.held: list[Delivery] = []
        self._world = world
        self._intake = Intake(world.application, world.settings.agency_of_source)
        self._watch: Watch

    @contextmanager
    def watched(self) -> Iterator[None]:
        """The watch works until the end of the block."""
        with self._world.watching(lambda: self.now) as watch:
            self._watch = watch
            yield

    def take(self, body: dict[str, Any], time: datetime) -> None:
        """Let time pass until the event, and let it come."""
        self.pass_until(max(self.now, time))
        self.held.append(delivery(body))
        self._settle()

    def pass_until(self, moment: datetime) -> None:
        """Let time pass, and let everything happen that happens by itself."""
        while (alarm := self._next_alarm()) is not None and alarm <= moment:
            self.now = max(self.now, alarm)
            self._settle()
        self.now = moment

    def _settle(self) -> None:
        """Until nothing that waits can be taken and the watch has nothing to say."""
        self._world.catch_up()
        while self._take_held() or self._watch.step():
            self._world.catch_up()

    def _take_held(self) -> bool:
        waiting = self.held
        outcomes = self._intake.take(waiting, self.now) if waiting else []
        self.held = [
            one
            for one, outcome in zip(waiting, outcomes, strict=True)
            if outcome.status is Status.HELD
        ]
        return any(outcome.status is Status.ACCEPTED for outcome in outcomes)

    def _next_alarm(self) -> datetime | None:
        with reading(self._world.engine) as connection:
            at = connection.scalar(select(func.min(ALARMS.c.at)))
        return None if at is None else EPOCH + timedelta(microseconds=at)


def play(world: World, arrivals: list[Arrival], until: datetime) -> list[PlanEvent]:
    """Play the lines of one scenario and let time go on until a moment; what came of it."""
    scene = Play(world, arrivals[0].event.time)
    with scene.watched():
        for arrival in arrivals:
            scene.take(arrival.body, arrival.event.time)
        scene.pass_until(until)
    assert scene.held == []
    family_id = next(one.event.subject for one in arrivals if one.event.type.endswith("opened.v1"))
    return world.application.events_of(family_id)
