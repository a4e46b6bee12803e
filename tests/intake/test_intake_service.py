"""The intake service on a real nats-server: receipts, dead letters, held events, two workers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import orjson
import pytest

from services.bus.connect import connect, connected
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE
from services.bus.subjects import agency_subject
from services.contracts.receipt import Status
from services.intake.dead_letters import DeadLetter, DeadLetters
from services.intake.delivery import Delivery, Outcome
from services.intake.desk import Desk
from services.intake.intake import Intake
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import OnePlan
from tests.chaos.surroundings.network import Proxy
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import NOW, cloud_event, incident, lead, plan_opened

pytestmark = pytest.mark.anyio


@pytest.fixture
def bus(settings: Settings) -> Iterator[Settings]:
    """Settings with a database and a nats-server of their own."""
    with running_bus(settings) as reachable:
        yield reachable


@asynccontextmanager
async def intake_running(settings: Settings, workers: int = 1) -> AsyncIterator[None]:
    """One or more intake workers in this process, until the end of the block."""
    applications = [make_intake(settings) for _ in range(workers)]
    tasks = [asyncio.create_task(application.run()) for application in applications]
    try:
        yield
    finally:
        for application in applications:
            application.exit()
        await asyncio.gather(*tasks)


async def kept(settings: Settings) -> list[DeadLetter]:
    """All dead letters there are, with their bodies."""
    async with connected(settings) as client:
        letters = DeadLetters(client.jetstream())
        return [
            full
            async for letter in letters.letters()
            if (full := await letters.get(letter.place)) is not None
        ]


async def test_each_event_gets_a_receipt_and_its_effect(
    bus: Settings, application: OnePlan
) -> None:
    await make_streams(bus)
    opened = plan_opened()
    async with intake_running(bus), connected(bus, "police") as police:
        await publish(police, "police", opened)
        await publish(police, "police", cloud_event("lead.assigned", {"lead": lead()}))
        await publish(police, "police", opened)
        await publish(police, "police", b"{")
        found = await receipts(police, "police", 4)

    assert [receipt.status for receipt in found] == [
        "accepted",
        "accepted",
        "duplicate",
        "rejected",
    ]
    assert found[3].event_id == f"unreadable-{found[3].stream_sequence}"
    assert found[3].reason is not None
    assert found[3].reason.startswith("not JSON")
    plan = application.plan("F1")
    assert plan is not None
    assert plan.version == 2
    (letter,) = await kept(bus)
    assert letter.outcome.delivery.body == b"{"
    assert letter.outcome.reason == found[3].reason


async def test_who_stops_waits_for_no_batch_that_is_still_filling(
    bus: Settings, application: OnePlan
) -> None:
    """What came of it goes back to the stream at once, and not after half a takeover."""
    await make_streams(bus)
    patient = bus.model_copy(update={"intake_wait": 5, "intake_takeover": 60})
    intake = make_intake(patient)
    running = asyncio.create_task(intake.run())
    async with connected(bus, "police") as police, connected(bus) as client, asyncio.timeout(15):
        for event in (plan_opened(), cloud_event("lead.assigned", {"lead": lead()})):
            await publish(police, "police", event)
        jetstream = client.jetstream()
        while (await jetstream.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)).num_ack_pending != 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        intake.exit()
        await running
        left = await jetstream.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)
    assert (left.num_pending, left.num_ack_pending) == (2, 0)
    assert application.plan("F1") is None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_who_was_cut_off_from_the_server_goes_on_at_once(bus: Settings) -> None:
    """It waits for no answer to what it asked before."""
    await make_streams(bus)
    with Proxy(urlsplit(str(bus.nats_url)).port or 0) as way:
        theirs = {"nats_url": f"nats://127.0.0.1:{way.port}", "intake_takeover": 60}
        async with (
            intake_running(bus.model_copy(update=theirs)),
            connected(bus, "police") as police,
        ):
            await publish(police, "police", plan_opened())
            await receipts(police, "police", 1)
            way.reset()
            await publish(police, "police", cloud_event("lead.assigned", {"lead": lead()}))
            async with asyncio.timeout(10):
                (receipt,) = await receipts(police, "police", 1)
    assert receipt.status == "accepted"


async def test_an_event_that_came_too_early_is_taken_once_its_plan_is_there(
    bus: Settings, application: OnePlan
) -> None:
    await make_streams(bus)
    early = cloud_event("incident.recorded", incident("i1", by=["grandmother"]), agency="school")
    grandmother = {"member_id": "grandmother", "name": "Corrie", "role": "grandparent"}
    async with (
        intake_running(bus),
        connected(bus, "police") as police,
        connected(bus, "school") as school,
    ):
        await publish(school, "school", early)
        (held,) = await receipts(school, "school", 1)
        assert (held.status, held.field) == ("held", "subject")

        await publish(police, "police", plan_opened())
        (held_again,) = await receipts(school, "school", 1)
        assert (held_again.status, held_again.field) == ("held", "data.by[0]")

        await publish(police, "police", cloud_event("member.added", grandmother))
        (accepted,) = await receipts(school, "school", 1)
        assert (accepted.status, accepted.event_id) == ("accepted", early["id"])
        assert accepted.stream_sequence == held.stream_sequence

    assert await kept(bus) == []
    assert len(application.events_of("F1")) == 3


async def test_what_one_worker_holds_another_lets_go(bus: Settings, application: OnePlan) -> None:
    await make_streams(bus)
    async with connected(bus, "police") as police:
        async with intake_running(bus):
            await publish(
                police, "police", cloud_event("note.added", {"note_id": "n", "text": "x"})
            )
            (held,) = await receipts(police, "police", 1)
            assert held.status == "held"
        async with intake_running(bus, workers=2):
            await publish(police, "police", plan_opened())
            found = await receipts(police, "police", 2)
    assert {receipt.status for receipt in found} == {"accepted"}
    assert len(application.events_of("F1")) == 2


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_who_lets_it_go_has_the_last_word(bus: Settings, application: OnePlan) -> None:
    """Also when another worker does, while who put it on hold has not told anybody yet."""
    await make_streams(bus)
    note, opened = (
        Delivery(agency_subject("police", "F1", "test"), orjson.dumps(event), sequence)
        for sequence, event in enumerate(
            (cloud_event("note.added", {"note_id": "n", "text": "x"}), plan_opened()), start=1
        )
    )
    async with connected(bus) as client, connected(bus, "police") as police:
        intake = Intake(application, bus.agency_of_source)
        one, other = (Desk(application, intake, client) for _ in range(2))
        on_hold = await one.decide([note])
        await (await other.decide([opened])).tell()
        assert await other.sweep() == 1
        await on_hold.tell()
        told = await receipts(police, "police", 3)
    assert [(one.stream_sequence, one.status) for one in told] == [
        (1, Status.HELD),
        (2, Status.ACCEPTED),
        (1, Status.ACCEPTED),
    ]


async def test_two_workers_and_redelivery_have_no_double_effect(
    bus: Settings, application: OnePlan
) -> None:
    await make_streams(bus)
    families = [f"G{number}" for number in range(10)]
    notes = [
        cloud_event("note.added", {"note_id": f"n{note}", "text": "x"}, subject=family)
        for note in range(20)
        for family in families
    ]
    openings = [plan_opened(family) for family in families]
    async with (
        intake_running(bus.model_copy(update={"intake_batch": 20}), workers=2),
        connected(bus, "police") as police,
    ):
        for event in openings:
            await publish(police, "police", event)
        opened = await receipts(police, "police", len(openings))
        await asyncio.gather(*(publish(police, "police", event) for event in [*notes, *notes]))
        found = await receipts(police, "police", 2 * len(notes))

    assert {receipt.status for receipt in opened} == {"accepted"}
    counts = Counter(receipt.status for receipt in found)
    assert counts == {"accepted": 200, "duplicate": 200}
    for family in families:
        plan = application.plan(family)
        assert plan is not None
        assert plan.version == 21
        assert len(plan.items["note"]) == 20


async def test_an_agency_cannot_publish_in_anothers_name(bus: Settings) -> None:
    await make_streams(bus)
    async with intake_running(bus), connected(bus, "school") as school:
        await publish(school, "school", plan_opened())
        (receipt,) = await receipts(school, "school", 1)
        assert (receipt.status, receipt.field) == ("rejected", "source")
        with pytest.raises(TimeoutError):
            await school.jetstream().publish(
                agency_subject("police", "F1", "test"), b"{}", timeout=0.5
            )


async def test_a_stopped_worker_leaves_nothing_behind(bus: Settings, application: OnePlan) -> None:
    await make_streams(bus)
    async with connected(bus, "police") as police:
        async with intake_running(bus):
            await publish(police, "police", plan_opened())
            await receipts(police, "police", 1)
        await publish(police, "police", cloud_event("note.added", {"note_id": "n", "text": "x"}))
        async with intake_running(bus):
            (receipt,) = await receipts(police, "police", 1)
    assert receipt.status == "accepted"
    assert len(application.events_of("F1")) == 2


async def test_connections_use_the_agencys_own_inbox(bus: Settings) -> None:
    await make_streams(bus)
    client = await connect(bus, "police")
    try:
        subscription = await client.subscribe("_INBOX.school.>")
        with pytest.raises(TimeoutError):
            await subscription.next_msg(timeout=0.3)
    finally:
        await client.close()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_letter_says_in_any_script_what_is_wrong(bus: Settings) -> None:
    await make_streams(bus)
    outcome = Outcome(
        delivery=Delivery("agency.police.F1.nl.oneplan.note.added.v1", b"{}", 7),
        status=Status.REJECTED,
        event_id="e1",
        field=" data.Zoë ﷺ.100%.\x1f\r\n\t\u2028  ",
        reason="100% wrong: «ﷺ»",
    )
    async with connected(bus) as client:
        letters = DeadLetters(client.jetstream())
        place = (await letters.keep(outcome, NOW)).place
        read = [await letters.get(place), *[one async for one in letters.letters()]]
    said = [(one.outcome.field, one.outcome.reason) for one in read if one is not None]
    assert said == [(outcome.field, outcome.reason)] * 2
