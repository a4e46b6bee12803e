"""From an agency's event to the views, and from a question to its answer, at a held rate."""

from __future__ import annotations

import asyncio
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import httpx
import orjson

from benchmarks import load
from benchmarks.choices import Choices
from benchmarks.figures import MILLISECONDS, Figure, Target, at_most, percentile
from benchmarks.paced import paced
from benchmarks.stores import Database, Stores
from benchmarks.whole import VIEWS, Running, families_with, until_quiet, whole_service
from domain.receipt import EventAccepted
from services.bus.connect import connected
from services.intake.delivery import Delivery
from services.read_model import positions
from services.read_model.engine import open_read_engine, reading
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

NAME = "latency"
TO_VIEW = at_most(100)
READ = at_most(10)
LONG = tuple(f"LONG{number}" for number in range(5))
LONG_EVENTS = 500
WARM_UP = 50
LOOK_SECONDS = 0.004


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """With the whole service up, on families of 500 events each."""
    count = choices.rate * choices.seconds
    made = load.deliveries(load.events(count + 2 * choices.families, choices.families))
    opening = [one for one in made if is_opening(one)]
    news = [one for one in made if not is_opening(one)][:count]
    with whole_service(stores, database, [*families_with(LONG_EVENTS, LONG), *opening]) as running:
        reads = asyncio.run(_read(running, choices))
        for share, target in ((0.5, None), (0.99, READ)):
            what = f"plan over HTTP, {choices.rate} a second"
            yield _figure(f"{what}, {LONG_EVENTS} events a family", database, reads, share, target)
        views = _publish_and_watch(running, news, choices.rate)
        for share, target in ((0.5, None), (0.99, TO_VIEW)):
            what = f"published to all views, {choices.rate} a second"
            yield _figure(what, database, views, share, target)


def is_opening(delivery: Delivery) -> bool:
    """Whether a plan begins by it."""
    return delivery.subject.endswith(("plan.opened.v1", "lead.assigned.v1"))


def _figure(
    what: str, database: Database, seconds: Sequence[float], share: float, target: Target | None
) -> Figure:
    return Figure(
        benchmark=NAME,
        what=f"{what}, p{100 * share:.0f}",
        database=database,
        value=1000 * percentile(seconds, share),
        unit=MILLISECONDS,
        target=target,
    )


async def _read(running: Running, choices: Choices) -> list[float]:
    """Seconds from when a question was due to its answer."""
    token = (running.settings.credentials / "police.token").read_text(encoding="ascii").strip()
    headers = {"Authorization": f"Bearer {token}"}
    answered: dict[int, float] = {}
    async with httpx.AsyncClient(
        base_url=running.run.http_url, headers=headers, timeout=60
    ) as client:

        async def ask(place: int) -> None:
            answer = await client.get(f"/api/v1/families/{LONG[place % len(LONG)]}/plan")
            answered[place] = time.time()
            answer.raise_for_status()

        await paced(choices.rate, min(WARM_UP, choices.rate), ask)
        due = await paced(choices.rate, choices.rate * choices.seconds, ask)
    return [answered[place] - at for place, at in enumerate(due)]


def _publish_and_watch(running: Running, made: Sequence[Delivery], rate: int) -> list[float]:
    """Seconds from when an event was due to be sent until all views held it."""
    seen: list[tuple[int, float]] = []
    stop = threading.Event()
    watching = threading.Thread(target=_watch, args=(running.settings, seen, stop))
    watching.start()
    try:
        due = asyncio.run(_publish(running.settings, made, rate))
        until_quiet(running.settings)
    finally:
        stop.set()
        watching.join()
    places = _positions(running.settings)
    held = [position for position, _ in seen]
    late = []
    for delivery, at in zip(made, due, strict=True):
        position = places[_event_id(delivery)]
        late.append(seen[bisect_left(held, position)][1] - at)
    return late


async def _publish(settings: Settings, made: Sequence[Delivery], rate: int) -> list[float]:
    async with connected(settings) as client:
        jetstream = client.jetstream()

        async def send(place: int) -> None:
            await jetstream.publish(made[place].subject, made[place].body, timeout=60)

        return await paced(rate, len(made), send)


def _watch(settings: Settings, seen: list[tuple[int, float]], stop: threading.Event) -> None:
    """Note how far the view that is furthest behind is, whenever that changed."""
    with open_read_engine(settings) as engine:
        while not stop.wait(LOOK_SECONDS):
            with reading(engine) as connection:
                found = positions.standings(connection)
            lowest = min(found[name].position for name in VIEWS)
            if not seen or seen[-1][0] != lowest:
                seen.append((lowest, time.time()))


def _positions(settings: Settings) -> dict[str, int]:
    """Where each accepted event's receipt is in the store: behind what came of the event."""
    found, position = dict[str, int](), 0
    with open_application(settings) as application:
        log = EventLog(application)
        while page := log.after(position, 1000):
            for one in page:
                if isinstance(one.event, EventAccepted):
                    found[one.event.event_id] = one.position
            position = page[-1].position
    return found


def _event_id(delivery: Delivery) -> str:
    return str(orjson.loads(delivery.body)["id"])
