"""A store with families in it and views that are up to date, for the tests of what is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from projections.registry import WATCHERS
from projections.watching import Watcher
from services.contracts.receipt import Status
from services.intake.intake import Intake
from services.read_model.engine import create_read_engine
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from services.views.party_views import PartyViews
from services.watch.watch import Watch
from tests.support.events import NOW, cloud_event, delivery, incident, lead, plan_opened


class World:
    """Takes agency events and keeps the views up to date."""

    def __init__(self, settings: Settings, application: OnePlan) -> None:
        self.settings = settings
        self.application = application
        self.engine = create_read_engine(settings)
        self.log = EventLog(application)
        self.views = PartyViews(self.engine, application)
        self._intake = Intake(application, settings.agency_of_source)
        self._projector = Projector(self.engine, self.log)

    def take(self, *events: dict[str, Any], now: datetime = NOW, catch_up: bool = True) -> None:
        """Take events that must all be accepted, and let the views catch up."""
        outcomes = self._intake.take([delivery(event) for event in events], now)
        assert [one.status for one in outcomes] == [Status.ACCEPTED] * len(events), outcomes
        if catch_up:
            self.catch_up()

    @contextmanager
    def watching(
        self, now: Callable[[], datetime], watchers: Sequence[Watcher] = WATCHERS
    ) -> Iterator[Watch]:
        """A watch on this world, whose clock is ``now``."""
        watch = Watch(self.engine, self.log, self.application, watchers=watchers, clock=now)
        watch.open()
        try:
            yield watch
        finally:
            watch.close()

    def catch_up(self) -> None:
        """Until every view holds every event."""
        while self._projector.catch_up():
            pass


@contextmanager
def new_world(settings: Settings, application: OnePlan) -> Iterator[World]:
    """An empty world."""
    world = World(settings, application)
    try:
        yield world
    finally:
        world.engine.dispose()


def two_families() -> list[dict[str, Any]]:
    """F1 with the police (who lead it) and Veilig Thuis, F2 with the school and the shelter."""
    other = {
        "reason": "Schoolverzuim.",
        "members": [{"member_id": "son", "name": "Daan", "role": "child"}],
        "parties": [
            {"agency": "school", "task": "aanwezigheid"},
            {"agency": "shelter", "task": "opvang"},
        ],
    }
    return [
        plan_opened("F1"),
        cloud_event("lead.assigned", {"lead": lead("lead-1", "police")}),
        cloud_event("incident.recorded", incident("i1"), agency="probation"),
        cloud_event("plan.opened", other, agency="school", subject="F2"),
        cloud_event(
            "lead.assigned", {"lead": lead("lead-2", "school")}, agency="school", subject="F2"
        ),
    ]


def left(agency: str, family: str = "F1") -> dict[str, Any]:
    """The event with which this agency ends its own part."""
    data = {"agency": agency, "reason": "Taak afgerond."}
    return cloud_event("agency.left", data, agency=agency, subject=family)
