"""Publishing a file, against a stand-in for intake that only hands out receipts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from nats.aio.msg import Msg
from nats.js.api import DeliverPolicy
from typer.testing import CliRunner

from services.bus.connect import connected
from services.bus.credentials import CredentialsError
from services.bus.publish import publish_file
from services.bus.publish_report import Result
from services.bus.streams import AGENCY_EVENTS, MAX_EVENT_BYTES
from services.bus.subjects import receipt_subject
from services.bus.together import BATCH_ID
from services.cli import publish as publish_command
from services.cli.publish import play
from services.contracts.receipt import ReceiptMessage, Status
from services.settings import Settings

pytestmark = pytest.mark.anyio

NOTE = "nl.oneplan.note.added.v1"


@asynccontextmanager
async def responder(bus: Settings) -> AsyncIterator[list[Msg]]:
    """Answers each agency event with the statuses its ``answer`` asks for; gives what came in."""
    came: list[Msg] = []
    async with connected(bus) as client:
        js = client.jetstream()

        async def answer(message: Msg) -> None:
            came.append(message)
            event = _event(message.data)
            sequence = message.metadata.sequence.stream
            for status in event.get("answer", ["rejected"]):
                receipt = ReceiptMessage(
                    event_id=event.get("id", f"unreadable-{sequence}"),
                    status=Status(status),
                    stream_sequence=sequence,
                    received_at=datetime.now(UTC),
                    field="text" if status == "rejected" else None,
                    reason="is too long" if status == "rejected" else None,
                )
                subject = receipt_subject(message.subject.split(".")[1], receipt.event_id)
                await js.publish(subject, receipt.model_dump_json().encode())

        await js.subscribe("agency.>", cb=answer, deliver_policy=DeliverPolicy.NEW)
        yield came


def _event(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def event(number: int, agency: str = "police", *answer: str, **more: object) -> dict[str, object]:
    """An event of which ``answer`` says which receipts it gets."""
    return {
        "specversion": "1.0",
        "id": f"E{number}",
        "source": f"urn:oneplan:agency:{agency}",
        "type": NOTE,
        "subject": f"F{number}",
        "answer": answer or ("accepted",),
        **more,
    }


def write(path: Path, *lines: dict[str, object] | str) -> Path:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


async def test_each_line_goes_out_in_order_and_is_counted(bus: Settings, tmp_path: Path) -> None:
    lines = [
        event(number, ("police", "school", "school")[number % 3], subject=f"O{number}")
        for number in range(250)
    ]
    file = write(tmp_path / "events.jsonl", *lines)
    async with responder(bus) as came:
        report = await publish_file(bus, file)
    assert (report.published, report.count(Result.ACCEPTED)) == (250, 250)
    assert report.is_clean
    assert [message.subject.split(".")[2] for message in came] == [f"O{n}" for n in range(250)]
    sequences = [line.sequence or 0 for line in report.lines]
    assert sequences == sorted(sequences)
    assert [line.line for line in report.lines] == list(range(1, 251))


async def test_every_outcome_is_told_with_its_reason(bus: Settings, tmp_path: Path) -> None:
    file = write(
        tmp_path / "events.jsonl",
        event(1),
        event(2, "police", "duplicate"),
        event(3, "school", "held"),
        event(4, "school", "held", "accepted"),
        event(5, "halt", "rejected"),
    )
    async with responder(bus):
        report = await publish_file(bus, file)
    assert [line.result for line in report.lines] == [
        Result.ACCEPTED,
        Result.DUPLICATE,
        Result.HELD,
        Result.ACCEPTED,
        Result.REJECTED,
    ]
    assert not report.is_clean
    rejected = report.lines[4]
    assert (rejected.agency, rejected.event_id) == ("halt", "E5")
    assert (rejected.field, rejected.reason) == ("text", "is too long")


async def test_the_same_event_twice_reaches_intake_twice(bus: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "events.jsonl", event(1, subject="D1"), event(1, subject="D2"))
    async with responder(bus) as came:
        report = await publish_file(bus, file)
    assert len(came) == report.published == 2


async def test_those_of_one_agency_go_together_and_where_that_is_refused_each_by_itself(
    bus: Settings, tmp_path: Path
) -> None:
    file = write(tmp_path / "events.jsonl", *(event(number) for number in range(3)))
    async with responder(bus) as came, connected(bus) as client:
        together = await publish_file(bus, file)
        jetstream = client.jetstream()
        config = (await jetstream.stream_info(AGENCY_EVENTS)).config
        await jetstream.update_stream(replace(config, allow_atomic=False))
        try:
            alone = await publish_file(bus, file)
        finally:
            await jetstream.update_stream(config)
    batches = [(message.headers or {}).get(BATCH_ID) for message in came]
    assert batches[0]
    assert batches == [batches[0]] * 3 + [None] * 3
    assert all("Nats-Msg-Id" not in (message.headers or {}) for message in came)
    for report in (together, alone):
        assert report.count(Result.ACCEPTED) == 3
    stored = [message.metadata.sequence.stream for message in came]
    assert [line.sequence for line in (*together.lines, *alone.lines)] == stored


async def test_unreadable_lines_go_out_as_they_are_when_the_agency_is_given(
    bus: Settings, tmp_path: Path
) -> None:
    lines = ("this is no JSON", '["a list"]', '{"subject": "a b.>", "type": "x y"}')
    file = write(tmp_path / "events.jsonl", *lines, "", event(4, "school"))
    async with responder(bus) as came:
        given = await publish_file(bus, file, "police")
        subjects = [message.subject for message in came]
        assert [message.data.decode() for message in came[:3]] == list(lines)
        ours = await publish_file(bus, file)
    assert subjects == ["agency.police.unknown.unreadable"] * 3 + [f"agency.police.F4.{NOTE}"]
    assert given.published == 4
    assert [line.line for line in given.lines] == [1, 2, 3, 5]
    assert [line.result for line in ours.lines] == [Result.REFUSED] * 3 + [Result.ACCEPTED]
    assert "no agency is known" in (ours.lines[0].reason or "")


async def test_without_a_receipt_a_line_is_unanswered(bus: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "events.jsonl", event(1), event(2))
    report = await publish_file(bus, file, patience=0.2)
    assert report.count(Result.UNANSWERED) == report.published == 2


async def test_what_is_too_large_is_refused_and_the_rest_goes_on(
    bus: Settings, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "events.jsonl", event(1, "police", text="x" * MAX_EVENT_BYTES), event(2)
    )
    async with responder(bus):
        report = await publish_file(bus, file)
    assert [line.result for line in report.lines] == [Result.REFUSED, Result.ACCEPTED]
    assert str(MAX_EVENT_BYTES) in (report.lines[0].reason or "")


async def test_an_agency_that_does_not_exist_is_refused(bus: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "events.jsonl", event(1))
    with pytest.raises(CredentialsError, match="the register has: police"):
        await publish_file(bus, file, "nobody")


async def test_files_are_played_one_after_the_other(bus: Settings, tmp_path: Path) -> None:
    files = [
        write(tmp_path / "a.jsonl", event(1, subject="P1")),
        write(tmp_path / "b.jsonl", event(2, subject="P2")),
    ]
    async with responder(bus) as came:
        reports = await play(bus, files)
    assert list(reports) == ["a.jsonl", "b.jsonl"]
    assert [message.subject.split(".")[2] for message in came] == ["P1", "P2"]


def test_the_command_says_what_is_wrong_and_ends_with_one(
    bus: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "events.jsonl", event(1))
    app = _app()
    nowhere = CliRunner().invoke(app, [str(file), "--data-dir", str(tmp_path / "none")])
    assert nowhere.exit_code == 1
    assert "start it with: oneplan up" in nowhere.stderr
    monkeypatch.setenv("ONEPLAN_NATS_URL", bus.nats_url or "")
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(bus.data_dir))
    unanswered = CliRunner().invoke(app, [str(file), "--json", "--timeout", "0.2"])
    assert unanswered.exit_code == 1
    assert json.loads(unanswered.stdout)["counts"]["unanswered"] == 1


def _app() -> typer.Typer:
    app = typer.Typer()
    app.command()(publish_command.publish)
    return app
