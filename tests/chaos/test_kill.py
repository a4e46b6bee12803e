"""kill -9: of each process at random, and of each service at each step that matters."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from random import Random

import pytest

from tests.chaos.deployment import NATS, WORKERS, Deployment
from tests.chaos.dying import STEPS
from tests.chaos.publisher import Publisher
from tests.chaos.stage import Stage

pytestmark = pytest.mark.chaos

ROUNDS = 5
SECONDS = 60.0
"""Of load at least, so that there is something to do whenever a service is back."""


def test_each_process_at_random(stage: Stage) -> None:
    sent, rng = stage.load(), Random(4)
    victims = [*WORKERS, NATS] * ROUNDS
    rng.shuffle(victims)

    async def fault(publisher: Publisher) -> None:
        for number, victim in enumerate(victims, start=1):
            await publisher.reached(number * len(sent) // (len(victims) + 1))
            stage.deployment.kill(victim)
            await asyncio.sleep(rng.uniform(0, 3))
            again(stage.deployment, victim)

    seen = stage.play("kill -9 at random", sent, fault, seconds=SECONDS)
    assert seen.findings == []


def test_each_step(stage: Stage) -> None:
    """Each service dies at one step after the other, and once more is started whole."""

    async def fault(_publisher: Publisher) -> None:
        async with asyncio.TaskGroup() as group:
            for service in WORKERS:
                steps = [name for name, step in STEPS.items() if step.service == service]
                group.create_task(dies_at_each(stage.deployment, service, steps))

    seen = stage.play("kill -9 at each step", stage.load(), fault, seconds=SECONDS)
    assert seen.findings == []


def again(deployment: Deployment, name: str, step: str | None = None) -> None:
    """Start what was killed, and do not wait until it works."""
    if name == NATS:
        deployment.start_nats()
    else:
        deployment.start(name, step=step, wait=False)


async def dies_at_each(deployment: Deployment, service: str, steps: list[str]) -> None:
    """Let a service die at these steps one after the other, then run."""
    await asyncio.to_thread(deployment.stop, service)
    for step in steps:
        again(deployment, service, step)
        try:
            code = await asyncio.to_thread(deployment.ended, service)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{service} never came to {step}") from error
        assert code == -signal.SIGKILL, step
    again(deployment, service)
