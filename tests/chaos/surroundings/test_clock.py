"""The clock of the services is put forwards and backwards under them, during load."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.chaos.deployment import WORKERS
from tests.chaos.publisher import Publisher
from tests.chaos.surroundings.stage import Surrounded

AWAY = (timedelta(hours=3), timedelta(hours=-3), timedelta())
"""Over the sessions, terms and windows of hours; and back, which is as bad."""
NOTICED_SECONDS = 1.5
"""A process looks at its clock's file once a second."""


@pytest.mark.chaos
def test_the_clock_jumps_during_load(around: Surrounded) -> None:
    began = around.watched.processes()
    size = around.stage.size

    async def fault(publisher: Publisher) -> None:
        try:
            for number, away in enumerate(AWAY, start=1):
                await publisher.reached(number * size // (len(AWAY) + 1))
                around.clock.set(away)
                await asyncio.sleep(NOTICED_SECONDS)
                await around.watched.until_ready(*WORKERS)
        finally:
            around.clock.set(timedelta())

    seen = around.stage.play("clock", around.stage.load(), fault, seconds=12)
    assert seen.findings == []
    assert around.watched.processes() == began
    received = [one.received_at for _, one in seen.facts.receipts]
    assert max(received) - min(received) > max(AWAY), "they did live by that clock"
    for service in WORKERS:
        assert "clock.jumped" in around.watched.logged(service), service
