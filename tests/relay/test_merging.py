"""What the relay makes of families that are merged and split, however far it is behind."""

from __future__ import annotations

from collections.abc import Iterator

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


def changes(outbox: Outbox) -> dict[str, Change]:
    batch = outbox.next(200)
    assert batch is not None
    outbox.passed(batch)
    return {one.family_id: one for one in batch.changes}


def readers(change: Change) -> tuple[str, ...]:
    """Who is sent the plan."""
    return tuple(cut.agency for cut in change.cuts if cut.view is not None)


def test_who_could_read_a_merged_family_reads_the_one_that_goes_on(
    world: World, outbox: Outbox
) -> None:
    world.take(*two_homes())
    assert readers(changes(outbox)["F2"]) == ("police", "school")
    world.take(merged())
    found = changes(outbox)
    assert (readers(found["F2"]), found["F2"].departed) == ((), ("police", "school"))
    assert readers(found["F1"]) == ("police", "school", "veilig-thuis")
    for cut in found["F1"].cuts:
        assert cut.view is not None
        assert {one.member_id for one in cut.view.members} == {"mother", "child", "daan"}
    world.take(split())
    found = changes(outbox)
    assert (readers(found["F1"]), found["F1"].departed) == (
        ("police", "veilig-thuis"),
        ("school",),
    )
    assert readers(found["F2"]) == ("police", "school")


def test_a_relay_that_is_behind_goes_by_what_holds_now(world: World, outbox: Outbox) -> None:
    world.take(*two_homes())
    world.take(merged())
    found = changes(outbox)
    assert (readers(found["F2"]), found["F2"].departed) == ((), ("police", "school"))
    assert readers(found["F1"]) == ("police", "school", "veilig-thuis")
