"""Deliveries that come again and again, and in another order; poison among good events."""

from __future__ import annotations

from random import Random

import pytest
from nats.aio.msg import Msg

from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE, MAX_DELIVERED
from services.settings import Settings
from tests.chaos.deployment import deliver_again_after
from tests.chaos.messages import Shares
from tests.chaos.publisher import Publisher
from tests.chaos.stage import Stage

pytestmark = pytest.mark.chaos

TOO_SOON_SECONDS = 0.05
"""Less than it takes to take a batch: nearly everything comes again while it is being taken."""
HANDED_BACK = 1000
"""At most: as many as are delivered at once while none is acknowledged."""


def test_all_comes_again_while_it_is_being_taken(stage: Stage) -> None:
    async def fault(_publisher: Publisher) -> None:
        await deliver_again_after(stage.deployment.settings, TOO_SOON_SECONDS)

    seen = stage.play("storm", stage.load(), fault)
    assert seen.lost_or_doubled == []
    assert seen.delivered_again > 0


def test_all_is_handed_back_in_another_order(stage: Stage) -> None:
    """Whatever the order, each is taken once; what names what is not there yet waits for it."""
    sent = stage.load(shares=Shares(again=0.1, early=0.3, poison=0.05))
    stage.deployment.stop("intake")
    handed_back = 0

    async def fault(publisher: Publisher) -> None:
        nonlocal handed_back
        await publisher.reached(min(len(sent), MAX_DELIVERED))
        handed_back = await hand_back(stage.deployment.settings, Random(7))
        stage.deployment.start("intake", wait=False)

    seen = stage.play("reordering", sent, fault)
    assert handed_back > 0
    assert seen.lost_or_doubled == []
    assert seen.delivered_again >= handed_back


async def hand_back(settings: Settings, rng: Random) -> int:
    """Take what is there as an intake would, and hand it back, the last perhaps first."""
    async with connected(settings) as client:
        jetstream = client.jetstream()
        mine = await jetstream.pull_subscribe_bind(INTAKE_DURABLE, AGENCY_EVENTS)
        taken: list[Msg] = []
        while len(taken) < HANDED_BACK:
            try:
                taken += await mine.fetch(HANDED_BACK - len(taken), timeout=1)
            except TimeoutError:
                break
        rng.shuffle(taken)
        for message in taken:
            await message.nak()
        await client.flush()
        return len(taken)


def test_a_third_of_all_is_poison(stage: Stage) -> None:
    sent = stage.load(shares=Shares(poison=0.5))
    seen = stage.play("poison", sent)
    assert seen.findings == []
    assert len(seen.facts.letters) >= sum(one.fault is not None for one in sent) > len(sent) / 4
