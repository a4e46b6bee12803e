"""What there is after a run, read from the streams, the event store and the views themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
from nats.aio.client import Client
from nats.js import JetStreamContext

from domain.family_plan import PlanEvent
from domain.receipt import EventAccepted
from domain.values import Role
from projections.rows import Row
from services.audit.evidence import examine_store
from services.audit.verify import verify
from services.bus.agencies import AgencyRegister
from services.bus.connect import connected
from services.bus.stored import stored_messages
from services.bus.streams import AGENCY_EVENTS, PARTY_RECEIPTS, PARTY_VIEWS, PLAN_EVENTS
from services.contracts.receipt import ReceiptMessage, Status
from services.intake.dead_letters import DeadLetters
from services.read_model import positions
from services.read_model.engine import open_read_engine, reading
from services.read_model.source import RecordedEvent
from services.relay.cuts import Cutter
from services.relay.messages import view_messages
from services.relay.outbox import Change
from services.relay.plan_event import PlanEventMessage
from services.relay.relay import ROOM_FOR_HEADERS
from services.settings import Settings
from services.store.application import OnePlan, open_application
from services.store.event_log import EventLog
from tests.chaos.messages import digest
from tests.projections.support import dump_memory, dump_sql, folded

PAGE = 1000
READ_SECONDS = 30.0


@dataclass(frozen=True)
class Accepted:
    """An event of an agency in the event store."""

    receipt_id: str
    agency: str
    event_id: str
    family: str | None
    sequence: int


@dataclass(frozen=True)
class Letter:
    """A dead letter: of which place in AGENCY_EVENTS, and why."""

    sequence: int
    status: Status
    event_id: str
    field: str | None
    reason: str | None


@dataclass
class Facts:
    """All that the reckoning needs to know."""

    stream: dict[int, str] = field(default_factory=dict)
    """AGENCY_EVENTS: the digest of the body at each sequence. An erased one is missing."""
    last_sequence: int = 0
    receipts: list[tuple[str, ReceiptMessage]] = field(default_factory=list)
    """PARTY_RECEIPTS in order, each with the agency that it was sent to."""
    accepted: list[Accepted] = field(default_factory=list)
    """The event store, in order."""
    effects: Counter[str] = field(default_factory=Counter)
    """How many plan events each receipt led to."""
    plan_events: list[str] = field(default_factory=list)
    """The ids of the plans' events, in order, as they must stand in PLAN_EVENTS."""
    relayed: list[str] = field(default_factory=list)
    """The ids in PLAN_EVENTS, in order."""
    letters: list[Letter] = field(default_factory=list)
    last_position: int = 0
    moved: bool = False
    """Whether something was stored while it was read: a term was over. Then it is no one moment."""
    standings: dict[str, int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    """The tables of views that differ from a fresh fold of all events in memory."""
    party_views: dict[str, str] = field(default_factory=dict)
    """The digest of each party's view of each plan as it is now, by its subject."""
    streamed: dict[str, str] = field(default_factory=dict)
    """The digest of the last one in PARTY_VIEWS."""
    audit: list[str] = field(default_factory=list)
    """What `oneplan audit verify` finds."""


async def gather(settings: Settings) -> Facts:
    """Read all of it. Everything must be quiet, or two parts are of two moments."""
    facts = Facts()
    with open_application(settings) as application:
        _read_store(settings, application, facts)
        async with connected(settings) as client:
            await _read_streams(client.jetstream(), facts)
            facts.party_views = _party_views(settings, application, client)
        facts.moved = EventLog(application).last_position() != facts.last_position
    return facts


def _read_store(settings: Settings, application: OnePlan, facts: Facts) -> None:
    log = EventLog(application)
    facts.last_position = log.last_position()
    rows = folded(_noted(log, facts))
    with open_read_engine(settings) as engine:
        with reading(engine) as connection:
            standings = positions.standings(connection)
        facts.standings = {name: one.position for name, one in standings.items()}
        facts.differing = _differing(dump_memory(rows), dump_sql(engine))
        signed = examine_store(settings, application, engine)
        facts.audit = [*(signed.findings if signed else ()), *verify(application, engine).findings]


def _noted(log: EventLog, facts: Facts) -> Iterator[RecordedEvent]:
    """All events; what is needed of them is kept as they go by."""
    position = 0
    while page := log.after(position, PAGE):
        for recorded in page:
            event = recorded.event
            if isinstance(event, EventAccepted):
                facts.accepted.append(
                    Accepted(
                        receipt_id=str(event.originator_id),
                        agency=event.agency,
                        event_id=event.event_id,
                        family=event.family_id,
                        sequence=event.stream_sequence,
                    )
                )
            elif isinstance(event, PlanEvent):
                facts.plan_events.append(PlanEventMessage.of(event, recorded.position).id)
                if event.provenance.role is Role.AGENCY:
                    facts.effects[event.provenance.causation_id] += 1
            yield recorded
        position = page[-1].position


def _differing(fresh: dict[str, list[Row]], served: dict[str, list[Row]]) -> list[str]:
    return sorted(table for table in fresh | served if fresh.get(table) != served.get(table))


async def _read_streams(jetstream: JetStreamContext, facts: Facts) -> None:
    facts.last_sequence = (await jetstream.stream_info(AGENCY_EVENTS)).state.last_seq
    async for message in stored_messages(jetstream, AGENCY_EVENTS, wait=READ_SECONDS):
        facts.stream[message.metadata.sequence.stream] = digest(message.data)
    async for message in stored_messages(jetstream, PARTY_RECEIPTS, wait=READ_SECONDS):
        receipt = ReceiptMessage.model_validate_json(message.data)
        facts.receipts.append((message.subject.split(".")[1], receipt))
    async for message in stored_messages(jetstream, PLAN_EVENTS, wait=READ_SECONDS):
        facts.relayed.append(orjson.loads(message.data)["id"])
    async for message in stored_messages(jetstream, PARTY_VIEWS, wait=READ_SECONDS):
        facts.streamed[message.subject] = digest(message.data)
    async for letter in DeadLetters(jetstream).letters():
        kept = letter.outcome
        facts.letters.append(
            Letter(kept.delivery.sequence, kept.status, kept.event_id, kept.field, kept.reason)
        )


def _party_views(settings: Settings, application: OnePlan, client: Client) -> dict[str, str]:
    """Cut anew by what the relay cuts with, which has not sent anything yet."""
    cutter = Cutter(application, AgencyRegister(settings))
    largest = client.max_payload - ROOM_FOR_HEADERS
    families = {
        event.family_id
        for event in EventLog(application).of_types(EventAccepted)
        if isinstance(event, EventAccepted) and event.family_id is not None
    }
    return {
        message.subject: digest(message.body)
        for family in sorted(families)
        for message in view_messages(Change(family, 0, *cutter.cuts(family, ())), largest)
    }
