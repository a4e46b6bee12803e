"""Publish a file of events as the agencies themselves, and wait for the receipts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import orjson
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import PubAck
from pydantic import BaseModel, ConfigDict, ValidationError, computed_field

from services.bus.agencies import AgencyRegister
from services.bus.connect import connect
from services.bus.streams import AGENCY_EVENTS, MAX_EVENT_BYTES
from services.bus.subjects import (
    UNKNOWN_FAMILY,
    UNREADABLE_TYPE,
    agency_subject,
    is_token,
    is_type,
)
from services.contracts.cloudevent import CONTENT_TYPE
from services.contracts.receipt import ReceiptMessage, Status
from services.settings import Settings

IN_FLIGHT = 100
"""Events published and not yet acknowledged by JetStream."""
ACK_SECONDS = 30
SETTLE_SECONDS = 0.5
"""How long a held event may still turn into an accepted one after the last receipt."""


class Result(StrEnum):
    """What became of a line: its receipt's status, or that there is no receipt."""

    ACCEPTED = Status.ACCEPTED
    DUPLICATE = Status.DUPLICATE
    HELD = Status.HELD
    REJECTED = Status.REJECTED
    UNANSWERED = "unanswered"
    """Published, and no receipt came in time."""
    REFUSED = "refused"
    """Not published: no agency is known for it, or the server did not take it."""


class LineResult(BaseModel):
    """What became of one line of the file. ``line`` counts from 1."""

    model_config = ConfigDict(frozen=True)

    line: int
    result: Result
    agency: str | None = None
    event_id: str | None = None
    sequence: int | None = None
    """The event's place in AGENCY_EVENTS."""
    field: str | None = None
    reason: str | None = None


class PublishReport(BaseModel):
    """What became of a file, line by line and counted."""

    model_config = ConfigDict(frozen=True)

    lines: tuple[LineResult, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def published(self) -> int:
        """Lines that JetStream stored."""
        return len(self.lines) - self.count(Result.REFUSED)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def counts(self) -> dict[Result, int]:
        """Lines for each result; results without lines are counted as 0."""
        found = Counter(line.result for line in self.lines)
        return {result: found[result] for result in Result}

    @property
    def is_clean(self) -> bool:
        """Whether every line was published and answered, and none rejected."""
        return not any(map(self.count, (Result.REJECTED, Result.UNANSWERED, Result.REFUSED)))

    def count(self, result: Result) -> int:
        """Lines with this result."""
        return self.counts[result]


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

    async def wait_for(self, sequences: set[int], patience: float) -> None:
        """Until all have one, or none came for ``patience`` seconds; held ones get a while more."""
        while not sequences <= self.by_sequence.keys():
            if not await self._another(patience):
                return
        while any(self.by_sequence[number].status is Status.HELD for number in sequences):
            if not await self._another(min(patience, SETTLE_SECONDS)):
                return

    async def _another(self, seconds: float) -> bool:
        self.came.clear()
        try:
            await asyncio.wait_for(self.came.wait(), seconds)
        except TimeoutError:
            return False
        return True


async def publish_file(
    settings: Settings, path: Path, agency: str | None = None, *, patience: float = 30
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
        await receipts.wait_for(publisher.sequences(), patience)
    lines = sorted(publisher.lines, key=lambda line: line.line)
    return PublishReport(lines=tuple(_answered(line, receipts) for line in lines))


class _Publisher:
    """Publishes in order, each event on the connection of its agency."""

    def __init__(self, settings: Settings, receipts: Receipts, connections: AsyncExitStack) -> None:
        self.lines: list[LineResult] = []
        self._settings = settings
        self._receipts = receipts
        self._connections = connections
        self._streams: dict[str, JetStreamContext] = {}
        self._waiting: list[tuple[LineResult, asyncio.Future[PubAck]]] = []
        self._previous: str | None = None

    async def publish(self, event: Outgoing) -> None:
        """Send it out; whether JetStream took it shows when it has settled."""
        line = LineResult(
            line=event.line, result=Result.REFUSED, agency=event.agency, event_id=event.event_id
        )
        if event.agency is None:
            self._refuse(line, "no agency is known for its source; give one with --agency")
            return
        if len(event.body) > MAX_EVENT_BYTES:
            self._refuse(line, f"larger than the {MAX_EVENT_BYTES} bytes that one event may have")
            return
        if event.agency != self._previous:
            # Two agencies are two connections: only a wait keeps the order between them.
            await self.settle()
            self._previous = event.agency
        stream = await self._stream(event.agency)
        try:
            acknowledged = await stream.publish_async(
                agency_subject(event.agency, event.family, event.type_),
                event.body,
                wait_stall=ACK_SECONDS,
                stream=AGENCY_EVENTS,
                headers={"Content-Type": CONTENT_TYPE},
            )
        except NatsError as error:
            self._refuse(line, str(error))
        else:
            self._waiting.append((line, acknowledged))

    async def settle(self) -> None:
        """Until JetStream has answered for everything that was sent."""
        for line, acknowledged in self._waiting:
            try:
                ack = await asyncio.wait_for(acknowledged, ACK_SECONDS)
            except TimeoutError:
                self._refuse(line, f"NATS did not acknowledge it within {ACK_SECONDS} seconds")
            except NatsError as error:
                self._refuse(line, str(error))
            else:
                stored = {"result": Result.UNANSWERED, "sequence": ack.seq}
                self.lines.append(line.model_copy(update=stored))
        self._waiting.clear()

    def sequences(self) -> set[int]:
        """The places in AGENCY_EVENTS of what was stored."""
        return {line.sequence for line in self.lines if line.sequence is not None}

    def _refuse(self, line: LineResult, reason: str) -> None:
        self.lines.append(line.model_copy(update={"reason": reason}))

    async def _stream(self, agency: str) -> JetStreamContext:
        if agency not in self._streams:
            client = await connect(self._settings, agency)
            self._connections.push_async_callback(client.close)
            # A plain subscription: the durable consumer belongs to the agency's own system, and
            # a receipt that is read here must still reach it there.
            await client.subscribe(f"party.{agency}.receipt.>", cb=self._receipts.take)
            await client.flush()
            self._streams[agency] = client.jetstream(publish_async_max_pending=IN_FLIGHT)
        return self._streams[agency]


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
