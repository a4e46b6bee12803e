"""Bad messages over the real nats-server to the real intake, and bad lines of a file."""

from __future__ import annotations

import asyncio
import io
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from nats.js.api import ConsumerInfo
from rich.console import Console

from services.bus.connect import connected
from services.bus.publish import publish_file
from services.bus.publish_report import PublishReport, Result
from services.bus.stored import stored_messages
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE, PARTY_RECEIPTS
from services.bus.subjects import agency_subject
from services.cli.publish import show
from services.contracts.receipt import ReceiptMessage
from services.intake.dead_letters import DeadLetter, DeadLetters
from services.intake.desk import LETTERS_AT_ONCE, Desk
from services.intake.intake import Intake
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import OnePlan
from tests.contracts.test_contracts import example
from tests.fuzz.events import NEW, Sent, sent
from tests.fuzz.fates import NO_ENGLISH, STORY, bytes_of, logged
from tests.fuzz.odd import CANARY
from tests.fuzz.trying import Fuzz
from tests.support.bus import make_streams, running_bus

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]
FAMILY = "GEZIN-F1"


def drawn(fuzz: Fuzz, count: int) -> list[Sent]:
    """A story, and then this many bad messages."""
    story = [{**example(type_), "id": NEW} for type_ in STORY]
    found = [Sent(bytes_of(one, FAMILY, 0), one["source"].rsplit(":", 1)[-1]) for one in story]
    fuzz.each(sent(), count, found.append)
    numbered = enumerate(found)
    return [Sent(bytes_of(one.body, FAMILY, n), one.agency, one.headers) for n, one in numbered]


async def test_each_message_has_one_receipt_and_is_kept_or_stored(
    settings: Settings, application: OnePlan, fuzz: Fuzz
) -> None:
    began = time.monotonic()
    messages = drawn(fuzz, fuzz.inputs(few=150, share=0.02))
    with logged() as lines, running_bus(settings) as bus:
        await make_streams(bus)
        intake = make_intake(bus)
        running = asyncio.create_task(intake.run())
        found = await told_and_answered(bus, messages)
        intake.exit()
        await running
        async with connected(bus) as client:
            letters = DeadLetters(client.jetstream())
            kept = await all_of(letters)
            desk = Desk(application, Intake(application, bus.agency_of_source), client)
            assert len(kept) > LETTERS_AT_ONCE
            again = await desk.resubmit(kept)
            assert len(again) == len(kept)
            still = await all_of(letters)
            stream = (await client.jetstream().stream_info(AGENCY_EVENTS)).state
    assert CANARY not in lines.getvalue()
    assert sorted({one.stream_sequence for one in found}) == list(range(1, len(messages) + 1))
    assert stream.last_seq == len(messages)
    # What is held may be let go of later; the last that was said of a message is its fate.
    last = {one.stream_sequence: one for one in found}
    fates = Counter(one.status.value for one in last.values())
    assert fates["rejected"] + fates["held"] == len(kept)
    by_sequence = {letter.outcome.delivery.sequence: letter.outcome for letter in kept}
    for sequence, outcome in by_sequence.items():
        assert (outcome.status, outcome.field) == (last[sequence].status, last[sequence].field)
        assert outcome.reason is not None
        assert CANARY not in outcome.reason
        assert NO_ENGLISH.search(outcome.reason) is None, outcome.reason
        # It is kept as it came, unless it may hold a BSN.
        if "BSN" not in outcome.reason and b"removed" not in outcome.delivery.body:
            assert outcome.delivery.body == messages[sequence - 1].body
    taken = sum(one is not None and not one.is_kept for one in again)
    assert len(still) == len(kept) - taken
    fuzz.tell("events over NATS", began, inputs=len(messages), fates=dict(fates))


async def told_and_answered(bus: Settings, messages: list[Sent]) -> list[ReceiptMessage]:
    """Publish all in order, each as its agency; all receipts, in the order of their sending."""
    async with AsyncExitStack() as stack:
        streams = {}
        for agency in {one.agency for one in messages}:
            client = await stack.enter_async_context(connected(bus, agency))
            streams[agency] = client.jetstream()
        for one in messages:
            subject = agency_subject(one.agency, "F1", "test")
            await streams[one.agency].publish(subject, one.body, headers=one.headers or None)
    async with connected(bus) as client:
        js = client.jetstream()
        while not _all_taken(await js.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return [
            ReceiptMessage.model_validate_json(one.data)
            async for one in stored_messages(js, PARTY_RECEIPTS)
        ]


def _all_taken(intake: ConsumerInfo) -> bool:
    return not intake.num_pending and not intake.num_ack_pending


async def all_of(letters: DeadLetters) -> list[DeadLetter]:
    """All dead letters, with their bodies."""
    places = [letter.place async for letter in letters.letters()]
    found = [await letters.get(place) for place in places]
    return [one for one in found if one is not None]


async def test_each_line_of_a_file_is_answered(
    settings: Settings, application: OnePlan, fuzz: Fuzz, tmp_path: Path
) -> None:
    began = time.monotonic()
    messages = drawn(fuzz, fuzz.inputs(few=60, share=0.02))
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b"\n".join(one.body for one in messages))
    lines = [n for n, one in enumerate(path.read_bytes().split(b"\n"), start=1) if one.strip()]
    with logged() as log, running_bus(settings) as bus:
        await make_streams(bus)
        intake = make_intake(bus)
        running = asyncio.create_task(intake.run())
        report = await publish_file(bus, path)
        intake.exit()
        await running
    assert [one.line for one in report.lines] == lines
    assert report.counts[Result.UNANSWERED] == 0
    for one in report.lines:
        if one.result is not Result.ACCEPTED and one.result is not Result.DUPLICATE:
            assert one.reason
    as_json = report.model_dump_json(exclude={"published", "counts"})
    assert PublishReport.model_validate_json(as_json) == report
    shown = io.StringIO()
    show(Console(file=shown, width=200), {"[bold]bad.jsonl": report})
    assert "[bold]bad.jsonl" in shown.getvalue()
    assert CANARY not in log.getvalue() + shown.getvalue()
    counts = {result.value: count for result, count in report.counts.items()}
    fuzz.tell("lines of a file", began, inputs=len(lines), fates=counts)
