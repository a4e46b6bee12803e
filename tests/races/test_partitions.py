"""Several intakes that join, leave, die and sleep under load: once each, in the family's order."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any

import orjson
import pytest
import uvloop
from nats.aio.client import Client

from domain.receipt import EventAccepted
from services.bus.connect import connected
from services.bus.partitions import taken_up_to
from services.bus.streams import AGENCY_EVENTS, ensure_streams
from services.bus.subjects import UNKNOWN_FAMILY, agency_subject
from services.logs import configure_logs
from services.run import run_service
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from tests.support.bus import make_streams, running_bus
from tests.support.events import cloud_event, plan_opened

pytestmark = pytest.mark.anyio

FAMILIES = [f"P{number}" for number in range(20)]
NOTES = 90
"""For each family; a tenth of them by the agency's own reference and to `unknown`."""
SHARES = 4


def run_intake(settings: Settings) -> None:
    """An intake, as a process of its own."""
    configure_logs(settings)
    uvloop.run(run_service("intake", settings))


class Workers:
    """Intakes as processes of their own, forked where their modules are loaded already."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.model_copy(update={"log_level": "ERROR"})
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__, "services.intake.service"])
        self.running: list[BaseProcess] = []

    def join(self) -> None:
        process = self._context.Process(target=run_intake, args=(self._settings,))
        process.start()
        self.running.append(process)

    def signal(self, place: int, number: int) -> None:
        pid = self.running[place].pid
        assert pid is not None
        os.kill(pid, number)

    def end(self) -> list[int | None]:
        """Stop them all; their exit codes."""
        for one in self.running:
            if one.is_alive():
                one.terminate()
        for one in self.running:
            one.join(20)
        return [one.exitcode for one in self.running]


@contextmanager
def several(settings: Settings, count: int) -> Iterator[Workers]:
    workers = Workers(settings)
    for _ in range(count):
        workers.join()
    try:
        yield workers
    finally:
        for one in workers.running:
            one.kill()
            one.join()


def reference(family: str) -> str:
    return f"zaak-{family}"


def note(number: int, family: str) -> dict[str, Any]:
    about = reference(family) if number % 10 == 0 else family
    return cloud_event("note.added", {"note_id": f"n{number}", "text": "x"}, subject=about)


async def publish_all(client: Client, events: Sequence[dict[str, Any]]) -> None:
    """In order: what is stored first was published first."""
    js = client.jetstream(publish_async_max_pending=500)
    futures = []
    for event in events:
        about = UNKNOWN_FAMILY if event["subject"].startswith("zaak-") else event["subject"]
        subject = agency_subject("police", about, event["type"])
        futures.append(await js.publish_async(subject, orjson.dumps(event), wait_stall=30))
    await asyncio.gather(*futures)


async def until_taken(client: Client, sequence: int) -> None:
    """Wait until intake has dealt with everything up to this place."""
    async with asyncio.timeout(90):
        while await taken_up_to(client.jetstream(), AGENCY_EVENTS) < sequence:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def accepted(application: OnePlan) -> list[EventAccepted]:
    log = EventLog(application).after(0, 100_000)
    return [one.event for one in log if isinstance(one.event, EventAccepted)]


def assert_each_once_and_in_order(application: OnePlan, events: Sequence[dict[str, Any]]) -> None:
    """Everything was accepted once; what goes by one name was, in the order of the stream."""
    taken = accepted(application)
    assert Counter(one.event_id for one in taken) == {str(event["id"]): 1 for event in events}
    named = {str(event["id"]): event["subject"] for event in events}
    places: dict[str, list[int]] = defaultdict(list)
    for one in taken:
        places[named[one.event_id]].append(one.stream_sequence)
    for name, found in places.items():
        assert found == sorted(found), name


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_workers_join_leave_die_and_sleep_under_load(
    settings: Settings, application: OnePlan
) -> None:
    chosen = {"intake_partitions": 8, "intake_takeover": 1, "intake_batch": 50}
    openings = [plan_opened(family) for family in FAMILIES]
    links = [
        cloud_event("case-reference.linked", {"reference": reference(family)}, subject=family)
        for family in FAMILIES
    ]
    notes = [note(number, family) for number in range(NOTES) for family in FAMILIES]
    size = len(notes) // SHARES
    shares = [notes[begin : begin + size] for begin in range(0, len(notes), size)]
    with running_bus(settings.model_copy(update=chosen)) as bus:
        await make_streams(bus)
        with several(bus, 3) as workers:
            async with connected(bus, "police") as police, connected(bus) as service:
                begun = len(openings) + len(links)
                await publish_all(police, [*openings, *links])
                await until_taken(service, begun)
                for share, what in zip(shares, ("kill", "stop", "wake", "leave"), strict=True):
                    await publish_all(police, share)
                    await until_taken(service, begun + 1)
                    if what == "kill":
                        workers.signal(0, signal.SIGKILL)
                        workers.join()
                    elif what == "stop":
                        workers.signal(1, signal.SIGSTOP)
                    elif what == "wake":
                        workers.signal(1, signal.SIGCONT)
                    else:
                        workers.signal(2, signal.SIGTERM)
                    begun += size
                    if what in ("kill", "stop"):
                        await until_taken(service, begun)
                await until_taken(service, begun)
            codes = workers.end()
        assert codes == [-signal.SIGKILL, 0, 0, 0]
    assert_each_once_and_in_order(application, [*openings, *links, *notes])
    for family in FAMILIES:
        plan = application.plan(family)
        assert plan is not None
        assert plan.version == 1 + NOTES


async def test_partitions_change_while_events_wait(
    settings: Settings, application: OnePlan
) -> None:
    """From the consumer of the releases before there were partitions, to four, and to three."""
    families = FAMILIES[:6]
    openings = [plan_opened(family) for family in families]
    events = [*openings]
    with running_bus(settings.model_copy(update={"intake_takeover": 1})) as bus:
        async with connected(bus, "police") as police, connected(bus) as service:
            js = service.jetstream()
            before = 0
            for count in (1, 4, 3, 3):
                await ensure_streams(js, bus.model_copy(update={"intake_partitions": count}))
                some = [
                    cloud_event("note.added", {"note_id": f"n{before + n}", "text": "x"}, subject=f)
                    for n in range(10)
                    for f in families
                ]
                before += 10
                await publish_all(police, [*(openings if before == 10 else []), *some])
                events += some
            with several(bus, 2) as workers:
                await until_taken(service, len(events))
                async with asyncio.timeout(20):
                    while len(await js.consumers_info(AGENCY_EVENTS)) > 3:  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                assert workers.end() == [0, 0]
            names = {one.name for one in await js.consumers_info(AGENCY_EVENTS)}
            assert names == {"intake-3-0", "intake-3-1", "intake-3-2"}
    assert_each_once_and_in_order(application, events)
