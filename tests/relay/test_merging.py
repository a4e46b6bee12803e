"""What the relay makes of families that are merged and split, however far it is behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from services.bus.agencies import AgencyRegister
from services.relay.cuts import Cutter
from services.relay.outbox import Change, Outbox
from services.settings import Settings
from services.store.application import OnePlan
from tests.intake.test_merging import merged, split, two_homes
from tests.support.world import World, new_world


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    with new_world(settings, application) as opened:
        yield opened


@pytest.fixture
def outbox(world: World) -> Iterator[Outbox]:
    cutter = Cutter(world.application, AgencyRegister(world.settings))
    opened = Outbox(world.engine, world.log, cutter)
    opened.open()
    yield opened
    opened.close()


@dataclass
class Passed:
    """What became of a batch."""

    changes: dict[str, Change]
    departed: tuple[tuple[str, str], ...]

    def readers(self, family_id: str) -> tuple[str, ...]:
        """Who is sent the plan."""
        change = self.changes.get(family_id)
        cuts = () if change is None else change.cuts
        return tuple(cut.agency for cut in cuts if cut.view is not None)


def passed(outbox: Outbox) -> Passed:
    batch = outbox.next(200)
    assert batch is not None
    changes = {one.family_id: one for one in outbox.changes(batch)}
    outbox.sent((family_id, one.sent) for family_id, one in changes.items())
    outbox.passed(batch)
    return Passed(changes, batch.departed)


def test_who_could_read_a_merged_family_reads_the_one_that_goes_on(
    world: World, outbox: Outbox
) -> None:
    world.take(*two_homes())
    assert passed(outbox).readers("F2") == ("police", "school")
    world.take(merged())
    found = passed(outbox)
    assert (found.readers("F2"), found.departed) == ((), (("F2", "police"), ("F2", "school")))
    assert found.readers("F1") == ("police", "school", "veilig-thuis")
    for cut in found.changes["F1"].cuts:
        assert cut.view is not None
        assert {one.member_id for one in cut.view.members} == {"mother", "child", "daan"}
    world.take(split())
    found = passed(outbox)
    assert found.readers("F1") == ("police", "veilig-thuis")
    assert found.departed == (("F1", "school"),)
    assert found.readers("F2") == ("police", "school")


def test_a_relay_that_is_behind_goes_by_what_holds_now(world: World, outbox: Outbox) -> None:
    world.take(*two_homes())
    world.take(merged())
    found = passed(outbox)
    assert (found.readers("F2"), found.departed) == ((), (("F2", "police"), ("F2", "school")))
    assert found.readers("F1") == ("police", "school", "veilig-thuis")
