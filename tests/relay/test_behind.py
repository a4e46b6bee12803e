"""However far the relay is behind, and wherever it dies: each party has its plan as it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as chosen
from hypothesis import strategies as st

from benchmarks.load import AGENCIES, Family
from services.bus.agencies import AgencyRegister
from services.relay import outbox
from services.relay.cuts import Cutter
from services.relay.messages import view_messages
from services.relay.outbox import Change, Outbox
from services.settings import Settings
from services.store.application import OnePlan
from tests.support.events import cloud_event
from tests.support.world import World, left, new_world

LARGEST = 1_000_000
GUESTS = ("halt", "shelter")
"""Agencies that come and leave."""
Streamed = dict[tuple[str, str], bytes]
"""By agency and family the last view that the stream has."""
numbers = count(1)


class Stream:
    """What PARTY_VIEWS has, and all that was put into it."""

    def __init__(self) -> None:
        self.views: Streamed = {}
        self._ids: set[str] = set()

    def put(self, change: Change) -> None:
        """Take what is sent of a plan; what it knows by its id is dropped."""
        parties = [cut.agency for cut in change.cuts if cut.view is not None]
        for agency, message in zip(parties, view_messages(change, LARGEST), strict=True):
            if message.id not in self._ids:
                self._ids.add(message.id)
                self.views[agency, change.family_id] = message.body


class Running:
    """Relays on a world, one after the other: who dies in a step has not saved its place."""

    def __init__(self, world: World, stream: Stream) -> None:
        self._world, self._stream = world, stream
        self._begin()

    def _begin(self) -> None:
        cutter = Cutter(self._world.application, AgencyRegister(self._world.settings))
        self._outbox = Outbox(self._world.engine, self._world.log, cutter)
        self._outbox.open()

    def step(self, limit: int, *, dies: bool = False) -> bool:
        """One batch; whether there was any."""
        batch = self._outbox.next(limit)
        if batch is None:
            return False
        for family_id, agency in batch.departed:
            self._stream.views.pop((agency, family_id), None)
        for change in self._outbox.changes(batch):
            self._stream.put(change)
            if dies:
                self.close()
                self._begin()
                return True
            self._outbox.sent([(change.family_id, change.sent)])
        self._outbox.passed(batch)
        return True

    def close(self) -> None:
        """Let another one go on."""
        self._outbox.close()


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    with new_world(settings, application) as opened:
        yield opened


def as_cut_alone(world: World, families: list[str]) -> Streamed:
    """Each plan for each of its parties by a cutter that has sent nothing, and knows nothing."""
    stream = Stream()
    for family in families:
        cutter = Cutter(world.application, AgencyRegister(world.settings))
        stream.put(Change(family, 0, *cutter.cuts(family, ())))
    return stream.views


def something(rng: Random, family: Family, guests: set[str]) -> dict[str, Any]:
    """An agency comes or leaves, somebody agrees that one sees more, or any other event."""
    agency = rng.choice(GUESTS)
    chance = rng.random()
    if chance < 0.2 and agency in guests:
        guests.remove(agency)
        return left(agency, family.id)
    if chance < 0.3 and agency not in guests:
        guests.add(agency)
        data = {"agency": agency, "task": "betrokken"}
        return cloud_event("agency.joined", data, subject=family.id)
    if chance < 0.35:
        agreed = {
            "consent_id": f"co{next(numbers)}",
            "member_id": rng.choice(["mother", "father", "oma"]),
            "to": "De school mag het weten.",
            "agencies": ["school", *GUESTS],
        }
        return cloud_event("consent.given", agreed, subject=family.id)
    return family.next()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@chosen(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_each_party_has_its_plan_as_it_is(world: World, seed: int) -> None:
    rng = Random(seed)
    families = [Family(f"E{next(numbers)}F{number}", rng) for number in range(3)]
    guests: dict[str, set[str]] = {one.id: set() for one in families}
    stream = Stream()
    running = Running(world, stream)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outbox, "PLANS_AT_ONCE", rng.randint(1, 3))
        for family in families:
            world.take(*family.opening())
        for _ in range(8):
            said = rng.choices(families, k=rng.randint(1, 12))
            world.take(*(something(rng, one, guests[one.id]) for one in said))
            for _ in range(rng.randint(0, 3)):
                running.step(rng.randint(1, 30), dies=rng.random() < 0.2)
        while running.step(10):
            pass
    running.close()
    own = {at: body for at, body in stream.views.items() if at[1] in guests}
    assert own == as_cut_alone(world, list(guests))
    assert set(own) == {
        (agency, family) for family in guests for agency in {*AGENCIES, *guests[family]}
    }
