"""The short set: every service dies at a step that matters, the broker too, under one load."""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.deployment import NATS
from tests.chaos.publisher import Publisher
from tests.chaos.stage import Stage
from tests.chaos.test_kill import again, dies_at_each

pytestmark = pytest.mark.xdist_group("chaos")

STEPS = {
    "intake": ["before-commit", "after-commit", "receipts-sent"],
    "projector": ["view-changed"],
    "relay": ["views-published"],
    "watch": ["before-telling"],
}
SECONDS = 6.0
PATIENCE_SECONDS = 40.0


def test_nothing_is_lost_or_doubled_when_all_die_and_come_back(small_stage: Stage) -> None:
    deployment, sent = small_stage.deployment, small_stage.load()

    async def fault(publisher: Publisher) -> None:
        await publisher.reached(len(sent) // 4)
        deployment.kill(NATS)
        again(deployment, NATS)
        async with asyncio.TaskGroup() as group:
            for service, steps in STEPS.items():
                group.create_task(dies_at_each(deployment, service, steps))

    seen = small_stage.play("short", sent, fault, seconds=SECONDS, patience=PATIENCE_SECONDS)
    assert seen.findings == []
    assert deployment.stop("intake")[0] == 0
    deployment.start("intake")
