"""The streams and consumers on a real server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from nats.js.api import AckPolicy, StorageType
from nats.js.errors import APIError, NotFoundError

from services.bus.connect import connected
from services.bus.streams import (
    AGENCY_EVENTS,
    DEAD_LETTERS,
    INTAKE_DURABLE,
    MAX_EVENT_BYTES,
    PARTY_NOTICES,
    PARTY_RECEIPTS,
    PARTY_VIEWS,
    STREAMS,
    durable_consumers,
    ensure_streams,
)
from services.bus.subjects import (
    agency_subject,
    conference_subject,
    conference_subjects,
    feedback_subject,
    held_subject,
    plan_subject,
    receipt_subject,
    rejected_subject,
)
from services.settings import Settings
from tests.support.bus import make_streams

pytestmark = pytest.mark.anyio


async def test_ensuring_again_changes_nothing(bus: Settings) -> None:
    async with connected(bus) as client:
        js = client.jetstream()
        await js.publish("plan.F1", b"an event")
        before = {info.config.name: info for info in await js.streams_info()}
        await make_streams(bus)
        after = {info.config.name: info for info in await js.streams_info()}
        assert set(after) == {stream.name for stream in STREAMS}
        assert {name: info.config for name, info in after.items()} == {
            name: info.config for name, info in before.items()
        }
        assert after["PLAN_EVENTS"].state.messages == before["PLAN_EVENTS"].state.messages > 0


async def test_a_changed_stream_is_updated(bus: Settings) -> None:
    async with connected(bus) as client:
        js = client.jetstream()
        (receipts,) = (stream for stream in STREAMS if stream.name == PARTY_RECEIPTS)
        await js.update_stream(replace(receipts, num_replicas=1, max_age=3600))
        await ensure_streams(js, bus)
        assert (await js.stream_info(PARTY_RECEIPTS)).config.max_age == receipts.max_age


async def test_streams_are_on_disk_with_the_settings_replicas(bus: Settings) -> None:
    async with connected(bus) as client:
        for info in await client.jetstream().streams_info():
            assert info.config.storage == StorageType.FILE
            assert info.config.num_replicas == bus.stream_replicas


async def test_each_agency_and_intake_have_their_consumer(bus: Settings) -> None:
    async with connected(bus) as client:
        js = client.jetstream()
        intake = await js.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)
        assert intake.config.ack_policy == AckPolicy.EXPLICIT
        assert (intake.config.ack_wait, intake.config.max_ack_pending) == (30, 2000)
        assert intake.config.max_deliver == -1
        for agency in bus.agencies:
            receipts = await js.consumer_info(PARTY_RECEIPTS, agency.code)
            views = await js.consumer_info(PARTY_VIEWS, agency.code)
            assert receipts.config.filter_subject == f"party.{agency.code}.receipt.>"
            notices = await js.consumer_info(PARTY_NOTICES, agency.code)
            assert views.config.filter_subject == f"party.{agency.code}.plan.>"
            assert notices.config.filter_subjects == [
                f"party.{agency.code}.conference.>",
                f"party.{agency.code}.feedback.>",
            ]
        assert len(durable_consumers(bus)) == 1 + 3 * len(bus.agencies)


async def test_each_origin_has_one_dead_letter_the_last_one(bus: Settings) -> None:
    subject = rejected_subject("police", 7)
    async with connected(bus) as client:
        js = client.jetstream()
        for text in (b"first", b"again, for another reason"):
            await js.publish(subject, text)
        await js.publish(rejected_subject("police", 8), b"another origin")
        info = await js.stream_info(DEAD_LETTERS, subjects_filter="deadletter.rejected.police.*")
        assert info.state.subjects == {subject: 1, rejected_subject("police", 8): 1}
        kept = await js.get_last_msg(DEAD_LETTERS, subject)
        assert kept.data == b"again, for another reason"
        assert await js.delete_msg(DEAD_LETTERS, kept.seq or 0)
        with pytest.raises(NotFoundError):
            await js.get_last_msg(DEAD_LETTERS, subject)


async def test_an_event_of_four_mebibytes_is_taken_and_no_larger_one(bus: Settings) -> None:
    async with connected(bus, "police") as client:
        js = client.jetstream()
        overhead = 1024
        assert (await js.publish("agency.police.F1.big", bytes(MAX_EVENT_BYTES - overhead))).seq
        with pytest.raises(APIError, match="size"):
            await js.publish("agency.police.F1.big", bytes(MAX_EVENT_BYTES + 1))


async def test_of_the_views_the_last_one_is_kept(bus: Settings) -> None:
    subject = plan_subject("school", "F3")
    async with connected(bus) as client:
        js = client.jetstream()
        for view in (b"old", b"new"):
            await js.publish(subject, view)
        info = await js.stream_info(PARTY_VIEWS, subjects_filter=subject)
        assert info.state.subjects == {subject: 1}


async def test_a_family_is_purged_from_an_agencys_results_and_nothing_else(bus: Settings) -> None:
    kept = (
        conference_subject("school", "F2", "C1"),
        conference_subject("police", "F1", "C1"),
        feedback_subject("school", "F1"),
    )
    async with connected(bus) as client:
        js = client.jetstream()
        gone = (conference_subject("school", "F1", "C1"), conference_subject("school", "F1", "C2"))
        for subject in (*gone, *kept):
            await js.publish(subject, b"a notice")
        await js.purge_stream(PARTY_NOTICES, subject=conference_subjects("school", "F1"))
        info = await js.stream_info(PARTY_NOTICES, subjects_filter=">")
        assert info.state.subjects == dict.fromkeys(kept, 1)


def test_subjects_are_as_the_contract_says() -> None:
    assert agency_subject("police", "F1", "nl.oneplan.note.added.v1") == (
        "agency.police.F1.nl.oneplan.note.added.v1"
    )
    assert receipt_subject("veilig-thuis", "E_1") == "party.veilig-thuis.receipt.E_1"
    assert plan_subject("school", "F1") == "party.school.plan.F1"
    assert conference_subject("school", "F1", "C1") == "party.school.conference.F1.C1"
    assert conference_subjects("school", "F1") == "party.school.conference.F1.>"
    assert feedback_subject("school", "R1") == "party.school.feedback.R1"
    assert rejected_subject("halt", 12) == "deadletter.rejected.halt.12"
    assert held_subject("halt", 12) == "deadletter.held.halt.12"


@pytest.mark.parametrize("bad", ["", "a.b", "*", ">", "a b", "a\r\nPUB x", "é", "a" * 129])
def test_what_is_no_token_makes_no_subject(bad: str) -> None:
    makers: tuple[Callable[[], str], ...] = (
        lambda: agency_subject(bad, "F1", "t"),
        lambda: agency_subject("police", bad, "t"),
        lambda: receipt_subject("police", bad),
        lambda: plan_subject("police", bad),
        lambda: conference_subject("police", bad, "C1"),
        lambda: conference_subject("police", "F1", bad),
        lambda: conference_subjects("police", bad),
        lambda: feedback_subject("police", bad),
        lambda: rejected_subject(bad, 1),
        lambda: held_subject(bad, 1),
    )
    for make in makers:
        with pytest.raises(ValueError, match="token"):
            make()
    if bad != "a.b":
        with pytest.raises(ValueError, match="token"):
            agency_subject("police", "F1", bad)
