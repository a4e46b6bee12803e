"""What an event leaves behind: bytes in each store, messages on the bus, memory of nats-server."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from nats.js.api import StreamState
from sqlalchemy import Engine, text

from benchmarks import load
from benchmarks.bus import publish_all, receipts_stored
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure, Stopwatch
from benchmarks.memory import memory_of
from benchmarks.stores import Database, Stores
from benchmarks.whole import Running, until_quiet, whole_service
from projections.registry import ALL
from projections.tables import table_of
from services.access.table import ACCESS
from services.bus.connect import connected
from services.bus.streams import STREAMS, ensure_streams
from services.bus.subjects import receipt_subject
from services.bus.together import MOST, Outgoing, publish_together
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.intake.delivery import Delivery
from services.keys.engine import key_engine
from services.read_model.engine import open_read_engine
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

NAME = "sizes"
BYTES = "bytes an event"
IN_FLIGHT = 200
SUBJECTS = 100_000
"""Enough for the memory of nats-server to be seen above what it takes anyway."""
VIEWS = frozenset(table_of(row).name for projection in ALL for row in projection.rows)
CONFIRM_SECONDS = 60.0


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """The whole service on events that are published, and a bus with very many subjects."""
    made = load.deliveries(load.events(choices.events, choices.families, choices.seed))
    watch = Stopwatch()
    with whole_service(stores, database, []) as running:
        before = _stored(running.settings)
        with watch.running():
            asyncio.run(_publish(running, made))
        after = _stored(running.settings)
        messages = asyncio.run(_messages(running.settings))
        with open_application(running.settings) as application:
            rows = EventLog(application).last_position()
    for where in sorted(after):
        grown = (after[where] - before.get(where, 0)) / len(made)
        yield _figure(f"stored: {where}", database, grown, BYTES)
    for stream, count in sorted(messages.items()):
        yield _figure(f"messages in {stream}", database, count / len(made), "an event")
    whole = "whole service, published until everything stands still"
    yield _figure(whole, database, watch.rate(len(made)), RATE)
    yield _figure("stored events", database, rows / len(made), "an event")
    if database is Database.POSTGRESQL:
        yield _figure("memory of nats-server a subject", "nats", _subject(stores), "bytes")


def _figure(what: str, on: str, value: float, unit: str) -> Figure:
    return Figure(benchmark=NAME, what=what, database=on, value=value, unit=unit)


async def _publish(running: Running, made: Sequence[Delivery]) -> None:
    async with connected(running.settings) as client:
        jetstream = client.jetstream()
        await publish_all(jetstream, made, IN_FLIGHT)
        await receipts_stored(jetstream, len(made))
    until_quiet(running.settings)


def _stored(settings: Settings) -> dict[str, float]:
    """Bytes by where they lie, with the indexes."""
    with open_application(settings) as application, open_read_engine(settings) as engine:
        tables = _tables(engine)
        own = application.events_table
    found: Counter[str] = Counter()
    for name, size in tables.items():
        found[_part_of(name, own)] += size
    keys = key_engine(settings)
    found["keys of persons"] = sum(_tables(keys).values())
    keys.dispose()
    streams = asyncio.run(_stream_bytes(settings))
    return {**found, **streams}


def _part_of(table: str, own: str) -> str:
    if table == own:
        return "events"
    if table in VIEWS:
        return "views"
    return "access records" if table == ACCESS.name else "all other tables"


def _tables(engine: Engine) -> Mapping[str, int]:
    """Bytes of each table with its indexes and what is stored beside it."""
    sqlite = (
        "SELECT master.tbl_name, SUM(stat.pgsize) FROM dbstat AS stat "
        "JOIN sqlite_master AS master ON master.name = stat.name GROUP BY master.tbl_name"
    )
    postgresql = (
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    )
    query = sqlite if engine.dialect.name == "sqlite" else postgresql
    with engine.connect() as connection:
        return {str(name): int(size) for name, size in connection.execute(text(query))}


async def _stream_bytes(settings: Settings) -> dict[str, float]:
    return {f"stream {name}": float(at.bytes) for name, at in (await _states(settings)).items()}


async def _messages(settings: Settings) -> dict[str, int]:
    return {name: at.messages for name, at in (await _states(settings)).items()}


async def _states(settings: Settings) -> dict[str, StreamState]:
    async with connected(settings) as client:
        jetstream, names = client.jetstream(), [str(one.name) for one in STREAMS]
        return {name: (await jetstream.stream_info(name)).state for name in names}


def _subject(stores: Stores) -> float:
    """Bytes that nats-server has in memory for a message with a subject of its own."""
    with stores.empty(Database.SQLITE) as settings, NatsServer(settings, port=ANY_PORT) as server:
        reachable = settings.model_copy(update={"nats_url": server.url})
        asyncio.run(_receipts(reachable, 0, 1))
        before = memory_of(server.pid)
        asyncio.run(_receipts(reachable, 1, SUBJECTS))
        return (memory_of(server.pid) - before) / SUBJECTS


async def _receipts(settings: Settings, first: int, count: int) -> None:
    async with connected(settings) as client:
        await ensure_streams(client.jetstream(), settings)
        for begin in range(first, count, MOST):
            some = range(begin, min(count, begin + MOST))
            receipts = [Outgoing(receipt_subject("police", f"{n}"), b"{}", f"{n}") for n in some]
            await publish_together(client, receipts, CONFIRM_SECONDS)
