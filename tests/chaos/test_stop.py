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


def test_each_service_ends_soon_and_nothing_is_delivered_again_for_nothing(stage: Stage) -> None:
    sent, ended = stage.load(), dict[str, tuple[int, float]]()

    async def fault(publisher: Publisher) -> None:
        for number, name in enumerate(WORKERS, start=1):
            await publisher.reached(number * len(sent) // (len(WORKERS) + 1))
            ended[name] = await asyncio.to_thread(stage.deployment.stop, name)
            stage.deployment.start(name, wait=False)

    seen = stage.play("stop", sent, fault)
    assert seen.findings == []
    assert {name: code for name, (code, _) in ended.items()} == dict.fromkeys(WORKERS, 0)
    assert max(seconds for _, seconds in ended.values()) < SECONDS, ended
    assert seen.delivered_again == 0
