"""Messages published together: each is stored once, in order, whatever the server makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from nats.aio.client import Client, ServerVersion
from nats.js.api import StreamConfig
from nats.js.client import JetStreamContext

from services.bus.connect import connected
from services.bus.streams import STREAMS
from services.bus.together import (
    BATCH_ID,
    MOST,
    MOST_BYTES,
    NotTogetherError,
    Outgoing,
    portions,
    publish_batch,
    publish_together,
)
from services.settings import Settings
from tests.support.bus import running_bus

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with running_bus(Settings(data_dir=tmp_path_factory.mktemp("together"))) as reachable:
        yield reachable


def messages(subject: str, first: int, count: int) -> list[Outgoing]:
    return [
        Outgoing(f"{subject}.{place}", str(place).encode(), f"{subject}-{place}")
        for place in range(first, first + count)
    ]


async def stored(jetstream: JetStreamContext, stream: str) -> list[int]:
    """What the bodies of a stream say, in its order."""
    last = (await jetstream.stream_info(stream)).state.last_seq
    found = [await jetstream.get_msg(stream, place) for place in range(1, last + 1)]
    return [int(one.data or b"") for one in found]


@pytest.mark.parametrize("together", [True, False])
async def test_each_is_stored_once_and_in_order(bus: Settings, *, together: bool) -> None:
    name = f"stream-{together}"
    async with connected(bus) as client:
        jetstream = client.jetstream()
        await jetstream.add_stream(
            StreamConfig(name=name, subjects=[f"{name}.>"], allow_atomic=together)
        )
        await publish_together(client, messages(name, 0, 3), 10)
        assert await stored(jetstream, name) == [0, 1, 2]
        first = await jetstream.get_msg(name, 1)
        assert (BATCH_ID in (first.headers or {})) is together
        # Two are there already, as after a crash before the acknowledgement.
        await publish_together(client, messages(name, 1, 4), 10)
        assert await stored(jetstream, name) == [0, 1, 2, 3, 4]
        await publish_together(client, [], 10)
        assert await stored(jetstream, name) == [0, 1, 2, 3, 4]


async def test_there_may_be_more_than_the_server_takes_together(bus: Settings) -> None:
    async with connected(bus) as client:
        jetstream = client.jetstream()
        await jetstream.add_stream(
            StreamConfig(name="many", subjects=["many.>"], allow_atomic=True)
        )
        await publish_together(client, messages("many", 0, MOST + 2), 30)
        assert (await jetstream.stream_info("many")).state.messages == MOST + 2


async def test_where_one_a_subject_is_kept_it_is_the_last_of_those_that_go_together(
    bus: Settings,
) -> None:
    """As the views of the parties: one batch of the relay may hold the same subject twice."""
    async with connected(bus) as client:
        jetstream = client.jetstream()
        await jetstream.add_stream(
            StreamConfig(
                name="latest", subjects=["latest.>"], allow_atomic=True, max_msgs_per_subject=1
            )
        )
        old, other, new = messages("latest", 0, 3)
        await publish_together(client, [old, other, replace(new, subject=old.subject)], 10)
        assert (await jetstream.stream_info("latest")).state.messages == 2
        kept = await jetstream.get_last_msg("latest", old.subject)
        assert kept.data == new.body
        assert BATCH_ID in (kept.headers or {})


async def test_a_server_that_knows_no_batches_is_given_each_by_itself(
    bus: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(bus) as client:
        jetstream = client.jetstream()
        await jetstream.add_stream(StreamConfig(name="old", subjects=["old.>"], allow_atomic=True))
        monkeypatch.setattr(
            Client, "connected_server_version", property(lambda _: ServerVersion("2.11.9"))
        )
        with pytest.raises(NotTogetherError, match="knows no batches"):
            await publish_batch(client, messages("old", 0, 2), 10)
        await publish_together(client, messages("old", 0, 2), 10)
        assert await stored(jetstream, "old") == [0, 1]
        assert BATCH_ID not in ((await jetstream.get_msg("old", 1)).headers or {})


def test_what_goes_together_is_bounded_in_messages_and_in_bytes() -> None:
    def sizes(*bodies: int) -> list[list[int]]:
        made = (Outgoing("a", bytes(size), None) for size in bodies)
        return [[len(one.body) for one in some] for some in portions(made)]

    assert sizes() == []
    assert sizes(*[1] * (MOST + 1)) == [[1] * MOST, [1]]
    large = MOST_BYTES // 2
    assert sizes(large, large, 1, 2 * MOST_BYTES, 1) == [[large, large], [1], [2 * MOST_BYTES], [1]]


def test_where_messages_may_be_published_together() -> None:
    allowed = {stream.name for stream in STREAMS if stream.allow_atomic}
    assert allowed == {stream.name for stream in STREAMS} - {"DEAD_LETTERS"}
