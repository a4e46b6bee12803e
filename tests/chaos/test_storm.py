"""Deliveries that come again and again, and in another order; poison among good events."""

from __future__ import annotations

import asyncio
from random import Random

import orjson
import pytest
from nats.aio.msg import Msg

from services.bus.connect import connected
from services.bus.partitions import GROUP, MAX_DELIVERED
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE
from services.settings import Settings
from tests.chaos.deployment import deliver_again_after, until_delivered_again
from tests.chaos.messages import Shares
from tests.chaos.publisher import Publisher
from tests.chaos.stage import Stage

pytestmark = pytest.mark.chaos

TOO_SOON_SECONDS = 0.05
"""Less than it takes to take a batch: nearly everything comes again while it is being taken."""
SEEN_SECONDS = 60.0
WAIT_SECONDS = 10
"""More than a takeover."""
HANDED_BACK = 1000
"""At most: as many as are delivered at once while none is acknowledged."""


def test_all_comes_again_while_it_is_being_taken(stage: Stage) -> None:
    async def fault(_publisher: Publisher) -> None:
        await deliver_again_after(stage.deployment.settings, TOO_SOON_SECONDS)
        async with asyncio.timeout(SEEN_SECONDS):
            await until_delivered_again(stage.deployment.settings)

    seen = stage.play("storm", stage.load(), fault)
    assert seen.findings == []


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
    assert seen.findings == []


async def hand_back(settings: Settings, rng: Random) -> int:
    """Take what is there as an intake would, and hand it back, the last perhaps first."""
    async with connected(settings) as client:
        mine = await client.subscribe(client.new_inbox())
        question = {"batch": HANDED_BACK, "expires": WAIT_SECONDS * 1_000_000_000, "group": GROUP}
        await client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{AGENCY_EVENTS}.{INTAKE_DURABLE}",
            orjson.dumps(question),
            reply=mine.subject,
        )
        taken: list[Msg] = []
        # What is no message says that there are no more.
        while (message := await mine.next_msg(WAIT_SECONDS + 1)).reply:
            taken.append(message)
            if len(taken) == HANDED_BACK:
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
