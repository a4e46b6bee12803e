"""The partitions as the server has them, and how workers share them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nats.errors
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from nats.js.api import StorageType

from services.bus.connect import connected
from services.bus.partitions import (
    AGENCY_PARTITIONS,
    WHOLE,
    all_partitions,
    drop_partitions,
    make_partitions,
    partition_of,
    partitions_now,
    taken_up_to,
)
from services.bus.streams import ensure_streams
from services.bus.together import Outgoing, publish_batch
from services.intake.members import Member, Members
from services.settings import Settings
from tests.support.bus import running_bus


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder: Path = tmp_path_factory.mktemp("partitions")
    with running_bus(Settings(data_dir=folder)) as reachable:
        yield reachable


@pytest.mark.anyio
async def test_who_sorts_anew_leaves_an_earlier_one_nowhere_to_pass_anything_on(
    bus: Settings,
) -> None:
    async with connected(bus) as client:
        js = client.jetstream()
        await ensure_streams(js, bus)
        assert await partitions_now(js) == ()
        earlier, later = all_partitions("a", 3), all_partitions("b", 2)
        for partitions in (earlier, later):
            await make_partitions(js, partitions, replicas=1, takeover=5)
            assert await partitions_now(js) == partitions
            await publish_batch(client, [Outgoing(f"{partitions[1].beginning}x", b"", None)], 5)
        stored = await js.stream_info(AGENCY_PARTITIONS)
        assert (stored.state.messages, stored.config.storage) == (1, StorageType.MEMORY)
        assert (await js.consumer_info(AGENCY_PARTITIONS, "intake-2-1")).num_pending == 1
        with pytest.raises(nats.errors.Error):
            await publish_batch(client, [Outgoing(f"{earlier[1].beginning}x", b"", None)], 5)
        await drop_partitions(js)
        await drop_partitions(js)
        assert await partitions_now(js) == ()


@pytest.mark.anyio
async def test_what_was_not_acknowledged_is_not_dealt_with(bus: Settings) -> None:
    async with connected(bus) as client:
        js = client.jetstream()
        await ensure_streams(js, bus)
        before = (await js.stream_info(WHOLE.stream)).state.last_seq
        assert await taken_up_to(js) == before
        await js.publish("agency.police.F1.test", b"")
        assert await taken_up_to(js) == before


def test_a_family_is_always_in_the_same_partition() -> None:
    # Known answers of FNV-1a, 32 bits: 0x811c9dc5 for nothing, 0xbf9cf968 for "foobar".
    assert partition_of("", 1000) == 0x811C9DC5 % 1000
    assert partition_of("foobar", 1000) == 0xBF9CF968 % 1000


def test_without_a_word_said_all_families_stand_in_one_order() -> None:
    assert Settings(intake_workers=2).intake_partitions == 1


class Room:
    """Workers that hear each other at once."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    async def publish(self, _subject: str, body: bytes) -> None:
        self.heard.append(body)


@hypothesis_settings(max_examples=25, deadline=None)
@given(
    workers=st.integers(1, 6),
    count=st.integers(1, 20),
    asides=st.sets(st.integers(0, 5)),
    silent=st.sets(st.integers(0, 5)),
)
@pytest.mark.anyio
async def test_workers_that_hear_each_other_share_all_partitions(
    workers: int, count: int, asides: set[int], silent: set[int]
) -> None:
    now = 0.0
    room = Room()
    everybody = [Members(room, 5, clock=lambda: now) for _ in range(workers)]  # type: ignore[arg-type]
    for place in asides & set(range(workers)):
        everybody[place].step_aside()

    async def all_announce(who: list[Members]) -> None:
        room.heard.clear()
        for one in who:
            await one.announce()
        for body in list(room.heard):
            for one in everybody:
                one.hear(Member.model_validate_json(body))

    await all_announce(everybody)
    now = 6.0
    talking = [one for place, one in enumerate(everybody) if place not in silent]
    await all_announce(talking)
    shares = [one.share(all_partitions("e", count)) for one in talking]
    assert Counter(part for share in shares for part in share) == (
        dict.fromkeys(all_partitions("e", count), 1) if talking else {}
    )
    if talking and not asides:
        assert max(map(len, shares)) - min(map(len, shares)) <= 1
