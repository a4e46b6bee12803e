"""Publish a file of events as the agencies themselves, and wait for the receipts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import Header, PubAck
from pydantic import ValidationError

from services.bus.agencies import AgencyRegister
from services.bus.connect import connect
from services.bus.publish_report import LineResult, PublishReport, Result
from services.bus.streams import AGENCY_EVENTS, MAX_EVENT_BYTES
from services.bus.subjects import (
    UNKNOWN_FAMILY,
    UNREADABLE_TYPE,
    agency_subject,
    is_token,
    is_type,
)
from services.bus.together import NotTogetherError, fits, publish_batch
from services.bus.together import Outgoing as Message
from services.contracts.cloudevent import CONTENT_TYPE
from services.contracts.receipt import ReceiptMessage, Status
from services.settings import Settings

IN_FLIGHT = 100
"""Events not yet acknowledged by JetStream, where each is published by itself."""
ACK_SECONDS = 30
SETTLE_SECONDS = 0.5
"""How long a held event may still turn into an accepted one after the last receipt."""


@dataclass(frozen=True)
class Outgoing:
    """A line of the file on its way out. ``agency`` is None when it is nobody's."""

    line: int
    body: bytes
    agency: str | None
    event_id: str | None
    family: str
    type_: str

    @classmethod
    def from_line(
        cls, number: int, body: bytes, agency: str | None, register: AgencyRegister
    ) -> Self:
        """Read as much of the line as the subject needs. Nothing is corrected."""
        event = _read(body)
        source, family, type_, event_id = map(event.get, ("source", "subject", "type", "id"))
        if agency is None and isinstance(source, str):
            agency = register.agency_of_source(source)
        return cls(
            line=number,
            body=body,
            agency=agency,
            event_id=event_id if isinstance(event_id, str) else None,
            family=family if is_token(family) else UNKNOWN_FAMILY,
            type_=type_ if is_type(type_) else UNREADABLE_TYPE,
        )

    def message(self, agency: str) -> Message:
        """It as this agency's message."""
        return Message(
            subject=agency_subject(agency, self.family, self.type_),
            body=self.body,
            message_id=None,
            more={"Content-Type": CONTENT_TYPE, Header.EXPECTED_STREAM.value: AGENCY_EVENTS},
        )


@dataclass
class Receipts:
    """The receipts so far, the last for each sequence of AGENCY_EVENTS."""

    by_sequence: dict[int, ReceiptMessage] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, message: Msg) -> None:
        """A NATS callback: remember a receipt."""
        try:
            receipt = ReceiptMessage.model_validate_json(message.data)
        except ValidationError:
            return
        self.by_sequence[receipt.stream_sequence] = receipt
        self.came.set()

    async def wait_for(self, sequences: set[int], patience: float, settle: float) -> None:
        """Until all have one, or none came for ``patience`` seconds; held ones get a while more."""
        while not sequences <= self.by_sequence.keys():
            if not await self._another(patience):
                return
        while any(self.by_sequence[number].status is Status.HELD for number in sequences):
            if not await self._another(min(patience, settle)):
                return

    async def _another(self, seconds: float) -> bool:
        self.came.clear()
        try:
            await asyncio.wait_for(self.came.wait(), seconds)
        except TimeoutError:
            return False
        return True


async def publish_file(
    settings: Settings,
    path: Path,
    agency: str | None = None,
    *,
    patience: float = 30,
    settle: float = SETTLE_SECONDS,
) -> PublishReport:
    """Publish each line of a JSONL file of CloudEvents in the file's order; await the receipts.

    Each goes out with the credentials of the agency in its ``source``, or of ``agency`` when that
    is given; then also lines that cannot be read go out, as they are. Nothing is deduplicated
    here: that is for intake to do.

    Args:
        settings: where NATS and the seeds are.
        path: the file.
        agency: the code of the agency that publishes the whole file.
        patience: seconds without a new receipt after which no more is waited for.
        settle: the same while all have one and some are held.

    Raises:
        OSError: when the file cannot be read.
        CredentialsError: when an agency's seed is missing or others can read it.
        NotConnectedError: when NATS does not answer or refuses an agency.
    """
    receipts, register = Receipts(), AgencyRegister(settings)
    async with AsyncExitStack() as connections:
        publisher = _Publisher(settings, receipts, connections)
        for number, body in _lines(path):
            await publisher.publish(Outgoing.from_line(number, body, agency, register))
        await publisher.settle()
        await receipts.wait_for(publisher.sequences(), patience, settle)
    lines = sorted(publisher.lines, key=lambda line: line.line)
    return PublishReport(lines=tuple(_answered(line, receipts) for line in lines))


class _Publisher:
    """Publishes in order, each event on the connection of its agency, many together."""

    def __init__(self, settings: Settings, receipts: Receipts, connections: AsyncExitStack) -> None:
        self.lines: list[LineResult] = []
        self._settings = settings
        self._receipts = receipts
        self._connections = connections
        self._clients: dict[str, Client] = {}
        self._agency = ""
        self._waiting: list[tuple[LineResult, Message]] = []
        self._size = 0

    async def publish(self, event: Outgoing) -> None:
        """Send it out, now or with those that follow; what became of it shows in the end."""
        line = LineResult(
            line=event.line, result=Result.REFUSED, agency=event.agency, event_id=event.event_id
        )
        if event.agency is None:
            self._refuse(line, "no agency is known for its source; give one with --agency")
            return
        if len(event.body) > MAX_EVENT_BYTES:
            self._refuse(line, f"larger than the {MAX_EVENT_BYTES} bytes that one event may have")
            return
        fitting = fits(event.body, len(self._waiting), self._size)
        if not fitting or event.agency != self._agency:
            # Two agencies are two connections: only a wait keeps the order between them.
            await self.settle()
            self._agency = event.agency
        # Nothing is left out here by an id of its own: that is for intake to do.
        self._waiting.append((line, event.message(event.agency)))
        self._size += len(event.body)

    async def settle(self) -> None:
        """Until JetStream has answered for everything."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        if waiting:
            lines, messages = zip(*waiting, strict=True)
            await self._send(await self._client(self._agency), lines, messages)

    def sequences(self) -> set[int]:
        """The places in AGENCY_EVENTS of what was stored."""
        return {line.sequence for line in self.lines if line.sequence is not None}

    async def _send(
        self, client: Client, lines: Sequence[LineResult], messages: Sequence[Message]
    ) -> None:
        try:
            stored = await publish_batch(client, messages, ACK_SECONDS)
        except NotTogetherError:
            # One by one it shows which of them it was.
            await self._one_by_one(client, lines, messages)
        except NatsError as error:
            for line in lines:
                self._refuse(line, _why(error))
        else:
            for sequence, line in enumerate(lines, start=stored.seq - len(lines) + 1):
                self._store(line, sequence)

    async def _one_by_one(
        self, client: Client, lines: Sequence[LineResult], messages: Sequence[Message]
    ) -> None:
        stream = client.jetstream(publish_async_max_pending=IN_FLIGHT)
        sent: list[tuple[LineResult, asyncio.Future[PubAck]]] = []
        for line, message in zip(lines, messages, strict=True):
            try:
                acknowledged = await stream.publish_async(
                    message.subject, message.body, wait_stall=ACK_SECONDS, headers=message.headers
                )
            except NatsError as error:
                self._refuse(line, _why(error))
            else:
                sent.append((line, acknowledged))
        for line, acknowledged in sent:
            try:
                ack = await asyncio.wait_for(acknowledged, ACK_SECONDS)
            except (TimeoutError, NatsError) as error:
                self._refuse(line, _why(error))
            else:
                self._store(line, ack.seq)

    def _store(self, line: LineResult, sequence: int) -> None:
        stored = {"result": Result.UNANSWERED, "sequence": sequence}
        self.lines.append(line.model_copy(update=stored))

    def _refuse(self, line: LineResult, reason: str) -> None:
        self.lines.append(line.model_copy(update={"reason": reason}))

    async def _client(self, agency: str) -> Client:
        if agency not in self._clients:
            client = await connect(self._settings, agency)
            self._connections.push_async_callback(client.close)
            # A plain subscription: the durable consumer belongs to the agency's own system, and
            # a receipt that is read here must still reach it there.
            await client.subscribe(f"party.{agency}.receipt.>", cb=self._receipts.take)
            await client.flush()
            self._clients[agency] = client
        return self._clients[agency]


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"NATS did not acknowledge it within {ACK_SECONDS} seconds"
    return str(error)


def _answered(line: LineResult, receipts: Receipts) -> LineResult:
    receipt = None if line.sequence is None else receipts.by_sequence.get(line.sequence)
    if receipt is None:
        return line
    answer = {
        "result": Result(receipt.status),
        "field": receipt.field,
        "reason": receipt.reason,
    }
    return line.model_copy(update=answer)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            body = line.strip()
            if body:
                yield number, body


def _read(body: bytes) -> dict[str, Any]:
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return event if isinstance(event, dict) else {}
