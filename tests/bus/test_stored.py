"""Reading what a stream holds, while others delete from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from nats.js import JetStreamContext

from services.bus import stored
from services.bus.connect import connected
from services.bus.stored import stored_messages
from services.bus.streams import AGENCY_EVENTS
from services.settings import Settings
from tests.support.bus import make_streams, running_bus

pytestmark = pytest.mark.anyio


@pytest.fixture
async def js(tmp_path: Path) -> AsyncIterator[JetStreamContext]:
    with running_bus(Settings(data_dir=tmp_path)) as settings:
        await make_streams(settings)
        async with connected(settings) as client:
            js = client.jetstream()
            for number in range(6):
                await js.publish(f"agency.police.F{number}.t", b"%d" % number)
            yield js


async def test_what_is_deleted_after_the_count_is_not_waited_for(
    js: JetStreamContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "PAGE", 2)
    found = []
    async for message in stored_messages(js, AGENCY_EVENTS, wait=0.3):
        found.append(message.data)
        if message.data == b"1":
            for sequence in (3, 5, 6):
                await js.delete_msg(AGENCY_EVENTS, sequence)
    assert found == [b"0", b"1", b"3"]


async def test_a_server_that_keeps_back_what_it_has_is_an_error(
    js: JetStreamContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe = js.pull_subscribe

    async def asking_one_who_is_silent(*args: Any, **more: Any) -> Any:
        subscription = await subscribe(*args, **more)
        subscription._nms = "silent"
        await js._nc.subscribe("silent")
        return subscription

    monkeypatch.setattr(js, "pull_subscribe", asking_one_who_is_silent)
    with pytest.raises(TimeoutError):
        [one async for one in stored_messages(js, AGENCY_EVENTS, wait=0.3)]
