"""Several intakes that share the families: they die, sleep and come back, as the server does."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from tests.chaos.deployment import NATS
from tests.chaos.publisher import Publisher
from tests.chaos.stage import Stage
from tests.chaos.test_kill import again

pytestmark = pytest.mark.chaos

INTAKES = ("intake-1", "intake-2", "intake-3")
PARTITIONS = 4
ROUNDS = 5
SECONDS = 60.0


def test_intakes_that_share_the_families(stage: Stage) -> None:
    deployment, sent, rng = stage.deployment, stage.load(), Random(5)
    deployment.stop("intake")
    deployment.settings = deployment.settings.model_copy(
        update={"intake_partitions": PARTITIONS, "intake_takeover": 1.0}
    )
    deployment.start(*INTAKES, kind="intake")
    victims = [*INTAKES, NATS] * ROUNDS
    rng.shuffle(victims)

    async def fault(publisher: Publisher) -> None:
        for number, victim in enumerate(victims, start=1):
            await publisher.reached(number * len(sent) // (len(victims) + 1))
            if victim == NATS:
                deployment.kill(NATS)
                again(deployment, NATS)
            elif number % 2:
                deployment.kill(victim)
                await asyncio.sleep(rng.uniform(0, 3))
                deployment.start(victim, kind="intake", wait=False)
            else:
                deployment.pause(victim)
                await asyncio.sleep(rng.uniform(0, 3))
                deployment.resume(victim)

    seen = stage.play("intakes that share", sent, fault, seconds=SECONDS)
    assert seen.findings == []
