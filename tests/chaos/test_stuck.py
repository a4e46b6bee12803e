"""An agency that does not read: nobody else waits for it, and what is kept for it is bounded."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from nats.aio.client import Client

from services.bus.connect import connected
from services.bus.streams import PARTY_RECEIPTS, PARTY_VIEWS
from services.embedded.commands import child_environment
from services.settings import Settings
from tests.chaos.publisher import Publisher
from tests.chaos.stage import Stage, is_not_slower
from tests.chaos.stuck_agency import MOST

pytestmark = pytest.mark.chaos

STUCK, OTHER = "school", "police"
SECONDS = 60.0


@contextmanager
def stuck_agency(settings: Settings) -> Iterator[None]:
    """An agency that stands still with its hands full."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.stuck_agency", STUCK],
        env=child_environment(settings),
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"stuck\n"
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_nobody_waits_for_an_agency_that_does_not_read(stage: Stage) -> None:
    settings, read = stage.deployment.settings, set[int]()
    before = stage.load(size=max(500, stage.size // 10))
    usual = stage.play("stuck agency, before", before, seconds=SECONDS / 10)

    async def fault(publisher: Publisher) -> None:
        async with connected(settings, OTHER) as client:
            while publisher.count < len(sent):
                read.update(await read_on(client))

    sent = stage.load()
    with stuck_agency(settings):
        seen = stage.play(
            "stuck agency", sent, fault, seconds=SECONDS, which=lambda one: one.agency != STUCK
        )
        asyncio.run(is_bounded(settings))
    assert seen.findings == []
    assert is_not_slower(seen, usual), (seen.waited_seconds, usual.waited_seconds)
    assert len(read) > len(sent) / 20, "the other agency read next to nothing"


async def read_on(client: Client) -> set[int]:
    """What there is of receipts now, acknowledged."""
    mine = await client.jetstream().pull_subscribe_bind(OTHER, PARTY_RECEIPTS)
    try:
        messages = await mine.fetch(200, timeout=1)
    except TimeoutError:
        return set()
    finally:
        await mine.unsubscribe()
    for message in messages:
        await message.ack()
    return {message.metadata.sequence.stream for message in messages}


async def is_bounded(settings: Settings) -> None:
    """It has in hand what it may, and of each plan one view is kept for it, not all there were."""
    async with connected(settings) as client:
        jetstream = client.jetstream()
        for stream in (PARTY_RECEIPTS, PARTY_VIEWS):
            consumer = await jetstream.consumer_info(stream, STUCK)
            assert (consumer.num_ack_pending or 0) <= MOST
        views = await jetstream.stream_info(PARTY_VIEWS, subjects_filter=f"party.{STUCK}.>")
        assert set((views.state.subjects or {}).values()) == {1}
