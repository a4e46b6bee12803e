"""More than can be taken at once: what piles up is worked off with bounded memory."""

from __future__ import annotations

import asyncio
from itertools import zip_longest

import pytest

from benchmarks import load
from benchmarks.figures import percentile
from tests.chaos.deployment import WORKERS
from tests.chaos.messages import good
from tests.chaos.publisher import Publisher
from tests.chaos.quiet import until_quiet
from tests.chaos.run import waits
from tests.chaos.stage import Stage

pytestmark = pytest.mark.chaos

BOUND_MIB = 400.0
"""Of a service, whatever piles up before it."""
GIANT, GIANT_EVENTS = "GIANT", 10_000
OTHERS_SECONDS = 30.0
"""How long nearly all of the others wait at most, on a machine that is busy with much else."""


def test_what_piles_up_is_worked_off_with_bounded_memory(stage: Stage) -> None:
    """First nobody works, then one after the other in the order in which an event goes."""
    sent, deployment = stage.load(), stage.deployment
    for name in WORKERS:
        deployment.stop(name)
    deployment.peaks.clear()

    async def fault(publisher: Publisher) -> None:
        await publisher.reached(len(sent))
        for name in ("intake", "projector", "watch", "relay"):
            deployment.start(name, wait=False)
            await asyncio.to_thread(deployment.until_ready, name)
            await until_quiet(deployment.settings, [name])

    seen = stage.play("back-pressure", sent, fault)
    assert seen.findings == []
    assert all(seen.peak_mib[name] < BOUND_MIB for name in WORKERS), seen.peak_mib


def test_a_giant_family_while_others_go_on(stage: Stage) -> None:
    giant = load.one_family(GIANT, GIANT_EVENTS)
    others = load.events(stage.size, max(4, stage.size // 100), seed=9, prefix="SMALL")
    sent = [good(one) for pair in zip_longest(giant, others) for one in pair if one is not None]
    seen = stage.play("giant family", sent)
    assert seen.findings == []
    others_waited = waits(seen, stage.ledger, lambda one: one.family != GIANT)
    assert percentile(others_waited, 0.99) < OTHERS_SECONDS
