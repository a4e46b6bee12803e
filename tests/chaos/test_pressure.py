"""More than can be taken at once: what piles up is worked off with bounded memory."""

from __future__ import annotations

import asyncio
from itertools import zip_longest

import pytest

from benchmarks import load
from tests.chaos.deployment import WORKERS
from tests.chaos.messages import good
from tests.chaos.publisher import Publisher
from tests.chaos.quiet import until_quiet
from tests.chaos.stage import Stage, is_not_slower

pytestmark = pytest.mark.chaos

BOUND_MIB = {"intake": 400.0, "projector": 400.0, "watch": 400.0, "relay": 1024.0}
"""Of a service, whatever piles up before it. The relay keeps the last 100,000 events in memory, as
their readers see them (``services.relay.cuts.EVENTS_KEPT``)."""
GIANT, GIANT_EVENTS = "GIANT", 10_000
SECONDS = 60.0
"""Of load at least."""


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
    assert all(seen.peak_mib[name] < BOUND_MIB[name] for name in WORKERS), seen.peak_mib


def test_a_giant_family_while_others_go_on(stage: Stage) -> None:
    giant = load.one_family(GIANT, min(GIANT_EVENTS, stage.size))
    others = load.events(stage.size, max(4, stage.size // 100), seed=9, prefix="SMALL")
    sent = [good(one) for pair in zip_longest(giant, others) for one in pair if one is not None]
    before = stage.load(size=max(200, stage.size // 5))
    usual = stage.play("giant family, before", before, seconds=SECONDS / 10)
    seen = stage.play("giant family", sent, seconds=SECONDS, which=lambda one: one.family != GIANT)
    assert seen.findings == []
    assert is_not_slower(seen, usual), (seen.waited_seconds, usual.waited_seconds)
