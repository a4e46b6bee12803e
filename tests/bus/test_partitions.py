"""Whose an event is: as the server stores it, each is given to one partition and taken by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from nats.js.errors import NotFoundError

from services.bus.connect import connected
from services.bus.partitions import (
    generation,
    generations,
    partition_of,
    taken_up_to,
    update_consumer,
)
from services.bus.stored import stored_messages
from services.bus.streams import AGENCY_EVENTS, ensure_streams
from services.bus.subjects import UNKNOWN_FAMILY
from services.intake.members import Member, Members
from services.settings import Settings
from tests.support.bus import running_bus

COUNT = 5
FAMILIES = ["F1", "F2", "G-7", "x", "zaak_9", UNKNOWN_FAMILY]
TYPE = "nl.oneplan.note.added.v1"


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder: Path = tmp_path_factory.mktemp("partitions")
    with running_bus(Settings(data_dir=folder, intake_partitions=COUNT)) as reachable:
        yield reachable


@pytest.mark.anyio
async def test_each_event_is_given_to_the_one_partition_that_takes_it(bus: Settings) -> None:
    async with connected(bus) as client:
        js = client.jetstream()
        await ensure_streams(js, bus)
        published = [
            *(f"agency.{agency}.{family}.{TYPE}" for agency in "ab" for family in FAMILIES),
            "agency.a",
            "agency.a.F1",
            # Whoever writes numbers into a subject does not choose a partition by it.
            f"agency.a.F1.3.3.{TYPE}",
        ]
        for subject in published:
            await js.publish(subject, b"")
        taken: Counter[int] = Counter()
        of_family: dict[str, set[int]] = {}
        for partition in generation(COUNT):
            given_to = set()
            for subject in partition.filters:
                async for message in stored_messages(js, AGENCY_EVENTS, subject, wait=0.3):
                    place = message.metadata.sequence.stream
                    assert place not in given_to, "no filter gives it twice"
                    given_to.add(place)
                    if partition.takes(message.subject):
                        taken[place] += 1
                        key = ".".join(message.subject.split(".")[1:3])
                        family = message.subject.split(".")[2:3]
                        name = key if family == [UNKNOWN_FAMILY] else "".join(family)
                        of_family.setdefault(name, set()).add(partition.index)
        assert taken == dict.fromkeys(range(1, len(published) + 1), 1)
        assert of_family["F2"] == {partition_of("F2", COUNT)}
        assert of_family[f"a.{UNKNOWN_FAMILY}"] == {partition_of("a", COUNT)}
        assert of_family[f"b.{UNKNOWN_FAMILY}"] == {partition_of("b", COUNT)}
        assert await taken_up_to(js, AGENCY_EVENTS) == 0


@pytest.mark.anyio
async def test_partitions_that_were_drained_and_deleted_do_not_come_back(bus: Settings) -> None:
    async with connected(bus) as client:
        js = client.jetstream()
        await ensure_streams(js, bus)
        await ensure_streams(js, bus.model_copy(update={"intake_partitions": 2}))
        found = generations(await js.consumers_info(AGENCY_EVENTS))
        assert [one[0].count for one in found] == [COUNT, 2]
        last = (await js.stream_info(AGENCY_EVENTS)).state.last_seq
        assert {one.start for one in found[1]} == {last + 1}
        # The first is not drained yet: its names are in use.
        await ensure_streams(js, bus)
        assert generations(await js.consumers_info(AGENCY_EVENTS)) == found
        await js.delete_consumer(AGENCY_EVENTS, found[0][0].consumer)
        with pytest.raises(NotFoundError):
            await update_consumer(js, AGENCY_EVENTS, found[0][0].config(5))
        await ensure_streams(js, bus.model_copy(update={"intake_partitions": 2}))
        left = generations(await js.consumers_info(AGENCY_EVENTS))
        assert left == [found[0][1:], found[1]]


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
    shares = [one.share(generation(count)) for one in talking]
    assert Counter(part for share in shares for part in share) == (
        dict.fromkeys(generation(count), 1) if talking else {}
    )
    if talking and not asides:
        assert max(map(len, shares)) - min(map(len, shares)) <= 1
