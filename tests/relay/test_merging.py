"""What the relay makes of families that are merged and split, however far it is behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.relay.outbox import Change, Outbox
from services.settings import Settings
from services.store.application import OnePlan
from tests.intake.test_merging import merged, split, two_homes
from tests.support.world import World, new_world


@pytest.fixture
def world(settings: Settings, application: OnePlan) -> Iterator[World]:
    with new_world(settings, application) as opened:
        yield opened


def changes(outbox: Outbox) -> dict[str, Change]:
    batch = outbox.next(200)
    assert batch is not None
    outbox.passed(batch)
    return {one.family_id: one for one in batch.changes}


def test_who_could_read_a_merged_family_reads_the_one_that_goes_on(world: World) -> None:
    outbox = Outbox(world.engine, world.log)
    outbox.open()
    try:
        world.take(*two_homes())
        assert changes(outbox)["F2"].parties == ("police", "school")
        world.take(merged())
        found = changes(outbox)
        assert found["F2"].view is None
        assert (found["F2"].parties, found["F2"].departed) == ((), ("police", "school"))
        assert found["F1"].parties == ("police", "school", "veilig-thuis")
        world.take(split())
        found = changes(outbox)
        assert (found["F1"].parties, found["F1"].departed) == (
            ("police", "veilig-thuis"),
            ("school",),
        )
        assert found["F2"].parties == ("police", "school")
        assert found["F2"].view is not None
    finally:
        outbox.close()


def test_a_relay_that_is_behind_goes_by_what_holds_now(world: World) -> None:
    world.take(*two_homes())
    world.take(merged())
    outbox = Outbox(world.engine, world.log)
    outbox.open()
    try:
        found = changes(outbox)
        assert (found["F2"].view, found["F2"].departed) == (None, ("police", "school"))
        assert found["F1"].view is not None
    finally:
        outbox.close()
