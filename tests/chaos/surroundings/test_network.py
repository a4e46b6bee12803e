"""The cable between the services and their servers is pulled: nobody is told of it."""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.deployment import WORKERS
from tests.chaos.publisher import Publisher
from tests.chaos.stage import LONG
from tests.chaos.surroundings.network import may_make_networks
from tests.chaos.surroundings.stage import Watched, on_an_island

OUTAGE_SECONDS = (5.0, 60.0)
"""Shorter and longer than it takes until either end gives a connection up."""


@pytest.mark.chaos
@pytest.mark.skipif(not may_make_networks(), reason="a network of its own takes root and iproute2")
def test_the_cable_is_pulled_and_put_back() -> None:
    with on_an_island(LONG) as (stage, network):
        services, back = Watched(stage.deployment), []
        began = services.processes()

        async def fault(publisher: Publisher) -> None:
            for number, seconds in enumerate(OUTAGE_SECONDS, start=1):
                await publisher.reached(number * stage.size // 3)
                network.cut()
                told = await services.until_missing(*WORKERS)
                assert "database" in told["intake"], told
                await asyncio.sleep(seconds)
                network.mend()
                back.append(await services.until_ready(*WORKERS))

        seen = stage.play("network cut", stage.load(), fault)
        assert seen.findings == []
        assert services.processes() == began
        assert max(back) < 15
