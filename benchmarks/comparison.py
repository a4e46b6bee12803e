"""Ours beside what one would build instead (:mod:`benchmarks.instead`), on PostgreSQL."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from benchmarks import load
from benchmarks.bus import publish_all, receipts_stored, running_bus, services
from benchmarks.choices import Choices
from benchmarks.figures import MILLISECONDS, RATE, Figure, Stopwatch
from benchmarks.stores import Database, Stores, prefill
from benchmarks.whole import families_with
from services.bus.connect import connected
from services.embedded.process import die_with_parent
from services.embedded.web_port import free_port
from services.intake.delivery import Delivery
from services.settings import Settings

NAME = "instead"
AT_ONCE = 50
"""Families whose events are posted at once; one family's are posted one after the other."""
IN_FLIGHT = 200
LONG, LONG_EVENTS = "LONG", 500
READS = 50
HOST = "127.0.0.1"
INSTEAD = "tables, audit table, FastAPI; one transaction an event"


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """Both from the first event sent to the last answer, and both asked for a long plan."""
    if database is not Database.POSTGRESQL:
        return
    made = load.deliveries(load.events(choices.events, choices.families, choices.seed))
    ours, theirs = Stopwatch(), Stopwatch()
    for _ in range(choices.repeats):
        with (
            stores.empty(database) as settings,
            running_bus(settings) as reachable,
            services(reachable, "intake"),
        ):
            ours.laps.append(asyncio.run(_through_ours(reachable, made)))
        with stores.empty(database) as settings, _instead(settings) as client:
            theirs.laps.append(asyncio.run(_through_theirs(client, made)))
    total = len(made) * choices.repeats
    yield Figure(
        benchmark=NAME,
        what="sent until all receipts are stored",
        database=database,
        value=ours.rate(total),
        unit=RATE,
        floor=theirs.rate(total),
        floor_is=INSTEAD,
    )
    yield _reads(stores, database)


def _reads(stores: Stores, database: Database) -> Figure:
    ours, theirs = Stopwatch(), Stopwatch()
    story = families_with(LONG_EVENTS, [LONG])
    with (
        stores.empty(database) as settings,
        stores.empty(database) as other,
        _instead(other) as instead,
    ):
        prefill(settings, story)
        asyncio.run(_through_theirs(instead, story))
        port = free_port(HOST, 0)
        served = settings.model_copy(update={"http_port": port})
        with running_bus(served) as reachable, services(reachable, "web"):
            token = (settings.credentials / "police.token").read_text(encoding="ascii").strip()
            with (
                httpx.Client(base_url=f"http://{HOST}:{port}", headers=_bearer(token)) as asking,
                httpx.Client(base_url=instead.base_url, headers=instead.headers) as elsewhere,
            ):
                for _ in range(READS):
                    with ours.running():
                        asking.get(f"/api/v1/families/{LONG}/plan").raise_for_status()
                    with theirs.running():
                        elsewhere.get(f"/families/{LONG}/plan").raise_for_status()
    return Figure(
        benchmark=NAME,
        what=f"plan of {LONG_EVENTS} events over HTTP, p50",
        database=database,
        value=ours.milliseconds(),
        unit=MILLISECONDS,
        floor=theirs.milliseconds(),
        floor_is="the same facts from the tables, to anybody with a token",
    )


async def _through_ours(settings: Settings, made: Sequence[Delivery]) -> float:
    """Seconds from the first event sent until the last receipt was stored."""
    async with connected(settings) as client:
        began = time.time()
        await publish_all(client.jetstream(), made, IN_FLIGHT)
        return await receipts_stored(client.jetstream(), len(made)) - began


async def _through_theirs(client: httpx.AsyncClient, made: Sequence[Delivery]) -> float:
    """Seconds until the last event was answered."""
    by_family = defaultdict[str, list[Delivery]](list)
    for one in made:
        by_family[one.subject.split(".")[2]].append(one)
    room = asyncio.Semaphore(AT_ONCE)
    limits = httpx.Limits(max_connections=AT_ONCE)
    transport = httpx.AsyncHTTPTransport(limits=limits)
    async with httpx.AsyncClient(
        base_url=client.base_url, headers=client.headers, transport=transport, timeout=60
    ) as posting:

        async def post(family: Sequence[Delivery]) -> None:
            async with room:
                for one in family:
                    (await posting.post("/events", content=one.body)).raise_for_status()

        began = time.time()
        await asyncio.gather(*map(post, by_family.values()))
        return time.time() - began


@contextmanager
def _instead(settings: Settings) -> Iterator[httpx.AsyncClient]:
    """What one would build instead, served by a process of its own; a client that is not open."""
    port, token = free_port(HOST, 0), secrets.token_urlsafe()
    if settings.database_url is None:
        raise ValueError("it needs PostgreSQL")
    argv = [sys.executable, "-m", "benchmarks.instead", settings.database_url, str(port), token]
    process = subprocess.Popen(argv, preexec_fn=die_with_parent)  # noqa: PLW1509, S603
    url = f"http://{HOST}:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(url)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield httpx.AsyncClient(base_url=url, headers=_bearer(token))
    finally:
        process.terminate()
        process.wait(30)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
