"""What is sent to a party by itself is on record before it leaves."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from services.access import AccessNotRecorded, open_access_log
from services.bus.connect import connected
from services.bus.streams import PARTY_VIEWS
from services.read_model.engine import writing
from services.relay.service import open_relay
from tests.relay.support import contents, finish
from tests.support.world import World, two_families

pytestmark = pytest.mark.anyio


async def test_each_view_that_is_sent_is_on_record(world: World) -> None:
    world.take(*two_families())
    async with open_relay(world.settings) as relay, connected(world.settings) as client:
        await finish(relay)
        sent = {tuple(at.split(".")[1::2]) for at, _ in await contents(client, PARTY_VIEWS)}
    with open_access_log(world.settings) as log:
        entries = {name: log.of_family(name).entries for name in ("F1", "F2")}
    noted = {(str(one.agency), name) for name, found in entries.items() for one in found}
    assert noted == sent
    assert ("police", "F1") in noted
    every = [one for found in entries.values() for one in found]
    assert {(one.path, one.purpose, one.view) for one in every} == {("stream", "stream", "plan")}
    assert all(one.categories and one.agency_kind for one in every)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_what_cannot_be_put_on_record_is_not_sent(world: World) -> None:
    world.take(*two_families())
    with open_access_log(world.settings), writing(world.engine) as connection:
        connection.execute(
            text(
                "CREATE TRIGGER never BEFORE INSERT ON access_record "
                "BEGIN SELECT RAISE(ABORT, 'never'); END"
            )
        )
    async with open_relay(world.settings) as relay, connected(world.settings) as client:
        with pytest.raises(AccessNotRecorded):
            await relay.step()
        assert await contents(client, PARTY_VIEWS) == []
