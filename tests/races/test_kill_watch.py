"""kill -9 of the watch while it has much to say: each term expires once, each signal comes once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from functools import partial

import pytest

from domain.family_plan.signals import SignalRaised
from domain.family_plan.terms import TermExpired
from services.settings import Settings
from services.store.application import OnePlan
from tests.projections.support import wait_until
from tests.support.events import cloud_event, incident, plan_opened
from tests.support.world import World, new_world

FAMILIES = tuple(f"W{number}" for number in range(60))
KILLS = 3
# With each report begin two terms, which were over long before today; with the second one it is a
# repeat report. Nobody of the two members was heard since.
TERMS, SIGNALS = 4, 1 + 2 + 2


def start_watch(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "ONEPLAN_DATA_DIR": str(settings.data_dir),
        "ONEPLAN_LOG_LEVEL": "ERROR",
    }
    if settings.database_url is not None:
        environment["ONEPLAN_DATABASE_URL"] = settings.database_url
        environment["ONEPLAN_KEYS_URL"] = str(settings.keys_url)
    return subprocess.Popen([sys.executable, "-m", "services.run", "watch"], env=environment)


def told(world: World) -> Counter[str]:
    """How often each term expired and each signal was raised, by its id."""
    found: Counter[str] = Counter()
    for family_id in FAMILIES:
        for event in world.application.events_of(family_id):
            if isinstance(event, TermExpired):
                found[event.term.term_id] += 1
            elif isinstance(event, SignalRaised):
                found[f"{event.signal.rule} {family_id} {event.signal.key}"] += 1
    return found


def has_told(world: World, least: int) -> bool:
    return told(world).total() >= least


# On SQLite the short set of tests/chaos does it.
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_kill_dash_nine_while_it_tells(settings: Settings, application: OnePlan) -> None:
    with new_world(settings, application) as world:
        for family_id in FAMILIES:
            world.take(
                plan_opened(family_id),
                cloud_event(
                    "incident.recorded",
                    incident("i1", by=["mother"], against=["child"]),
                    subject=family_id,
                ),
                report("r1", family_id),
                report("r2", family_id),
                catch_up=False,
            )
        world.catch_up()
        total = len(FAMILIES) * (TERMS + SIGNALS)
        killed_at: list[int] = []
        for kill in range(1, KILLS + 1):
            watch = start_watch(world.settings)
            wait_until(partial(has_told, world, kill * total // 5), seconds=60)
            watch.kill()
            watch.wait()
            killed_at.append(told(world).total())
            world.catch_up()
        last = start_watch(world.settings)
        try:
            wait_until(lambda: caught_up(world) and told(world).total() >= total, seconds=90)
        finally:
            last.terminate()
            assert last.wait(30) == 0
        found = told(world)
    assert killed_at[0] < total
    assert set(found.values()) == {1}
    assert found.total() == total


def caught_up(world: World) -> bool:
    world.catch_up()
    return True


def report(report_id: str, family_id: str) -> dict[str, object]:
    data = {"report_id": report_id, "reporter": "Buurvrouw", "text": "Hoort elke avond ruzie."}
    return cloud_event("report.received", data, subject=family_id)
