"""SIGTERM under load: each service ends by itself soon, and leaves nothing half done."""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.deployment import WORKERS
from tests.chaos.publisher import Publisher
from tests.chaos.stage import Stage

pytestmark = pytest.mark.chaos

SECONDS = 10.0
"""What ``oneplan up`` and a container engine give a service before they kill it."""
INTAKE_AGAIN = ("intake",) * 6
"""It is the one who can have messages in hand."""


def test_each_service_ends_soon_and_the_next_goes_on_where_it_was(stage: Stage) -> None:
    sent, ended = stage.load(), list[tuple[str, int, float]]()
    stops = [*WORKERS, *INTAKE_AGAIN]

    async def fault(publisher: Publisher) -> None:
        for number, name in enumerate(stops, start=1):
            await publisher.reached(number * len(sent) // (len(stops) + 1))
            ended.append((name, *await asyncio.to_thread(stage.deployment.stop, name)))
            await asyncio.to_thread(stage.deployment.start, name)

    seen = stage.play("stop", sent, fault)
    assert seen.findings == []
    assert all(code == 0 and seconds < SECONDS for _, code, seconds in ended), ended
