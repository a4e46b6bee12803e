"""Bad input over real NATS: a receipt with the field, kept in dead letters, nothing lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import orjson
import pytest

from domain.receipt import EventAccepted
from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS
from services.contracts.receipt import ReceiptMessage
from services.intake.dead_letters import DeadLetters
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import cloud_event, incident, plan_opened

pytestmark = pytest.mark.anyio


def note(note_id: str, **attributes: Any) -> dict[str, Any]:
    return {**cloud_event("note.added", {"note_id": note_id, "text": "x"}), **attributes}


OPENED = plan_opened()
FIRST = note("n1")
BAD: list[tuple[str, dict[str, Any] | bytes, str]] = [
    ("malformed JSON", b'{"specversion": "1.0", ', "(message)"),
    ("not UTF-8", b"\xff\xfe\x00", "(message)"),
    ("a list", b"[]", "(message)"),
    ("an empty message", b"", "(message)"),
    ("unknown type", {**note("n2"), "type": "nl.oneplan.weather.changed.v1"}, "type"),
    ("wrong agency in source", {**note("n3"), "source": "urn:oneplan:agency:school"}, "source"),
    ("future date", note("n4", time="2126-01-01T00:00:00Z"), "time"),
    ("no offset", note("n5", time="2026-03-01T09:30:00"), "time"),
    ("before the year 1 in UTC", note("n11", time="0001-01-01T00:00:00+01:00"), "time"),
    (
        "after the year 9999 in UTC",
        cloud_event("incident.recorded", incident("i2", began_at="9999-12-31T23:59:59-01:00")),
        "data.began_at",
    ),
    (
        "an end before its begin",
        cloud_event("incident.recorded", incident("i1", ended_at="2026-02-28T21:00:00Z")),
        "data.ended_at",
    ),
    ("a text of 1 MB", note("n6", data={"note_id": "n6", "text": "x" * 10**6}), "data.text"),
    ("a duplicate with another body", {**FIRST, "time": "2026-03-01T10:00:00Z"}, "id"),
    ("an id with a line break", note("n7", id="police-7\n"), "id"),
    ("an id that is no text", note("n8", id={"a": 1}), "id"),
    (
        "a field name of control characters",
        note("n9", data={"note_id": "n9", "text": "x", "\x00\r\n: é\u2028": 1}),
        "data.\x00\r\n: é\u2028",
    ),
    ("a very long field name", note("n10", data={"note_id": "n10", "y" * 5000: 1}), "data.text"),
    ("deep nesting", b'{"data":' * 2000 + b"1" + b"}" * 2000, "(message)"),
]  # fmt: skip


@pytest.fixture
def told() -> list[dict[str, Any] | bytes]:
    """Everything that is published: good and bad in turns, an unknown family, a duplicate."""
    mixed: list[dict[str, Any] | bytes] = [OPENED, FIRST]
    for number, (_why, message, _field) in enumerate(BAD):
        mixed += [message, note(f"good-{number}")]
    return [*mixed, note("lost", subject="NOBODY"), FIRST]


async def test_every_message_gets_one_fate_and_nothing_is_lost(
    settings: Settings, application: OnePlan, told: list[dict[str, Any] | bytes]
) -> None:
    with running_bus(settings) as bus:
        await make_streams(bus)
        intake = make_intake(bus)
        running = asyncio.create_task(intake.run())
        async with connected(bus, "police") as police:
            for message in told:
                await publish(police, "police", message)
            found = await receipts(police, "police", len(told))
        intake.exit()
        await running
        async with connected(bus) as client:
            letters = DeadLetters(client.jetstream())
            kept = {
                letter.outcome.delivery.sequence: full.outcome
                async for letter in letters.letters()
                if (full := await letters.get(letter.place)) is not None
            }
            published = (await client.jetstream().stream_info(AGENCY_EVENTS)).state.messages

    by_sequence = {receipt.stream_sequence: receipt for receipt in found}
    assert sorted(by_sequence) == list(range(1, len(told) + 1))
    counts = Counter(str(receipt.status) for receipt in found)
    good = 2 + len(BAD)
    assert counts == {"accepted": good, "rejected": len(BAD), "held": 1, "duplicate": 1}
    assert published == sum(counts.values())
    stored = [
        recorded.event.stream_sequence
        for recorded in EventLog(application).after(0, 1000)
        if isinstance(recorded.event, EventAccepted)
    ]
    assert sorted([*stored, *kept, len(told)]) == list(range(1, published + 1))
    assert len(application.events_of("F1")) == good

    for place, (why, message, field) in enumerate(BAD):
        sequence = 3 + 2 * place
        _check_kept(why, message, field, by_sequence[sequence], kept[sequence].delivery.body)
    held = by_sequence[len(told) - 1]
    assert (held.status, held.field) == ("held", "subject")
    assert "NOBODY is no family" in str(held.reason)


def _check_kept(
    why: str,
    message: dict[str, Any] | bytes,
    field: str,
    receipt: ReceiptMessage,
    body: bytes,
) -> None:
    assert (receipt.status, receipt.field) == ("rejected", field), why
    assert receipt.reason, why
    assert "xxxx" not in receipt.reason, why
    assert body == (message if isinstance(message, bytes) else orjson.dumps(message)), why
