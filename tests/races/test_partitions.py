"""Several intakes that join, leave, die and sleep under load: once each, in the family's order.

Whatever name the family goes by.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import orjson
import pytest
import uvloop
from nats.aio.client import Client

from domain.receipt import EventAccepted
from services.bus.connect import connected
from services.bus.partitions import partitions_now, taken_up_to
from services.bus.publish import publish_file
from services.bus.publish_report import Result
from services.bus.subjects import UNKNOWN_FAMILY, agency_subject
from services.intake.passed_on import LONG
from services.logs import configure_logs
from services.run import run_service
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from tests.support.bus import make_streams, running_bus
from tests.support.events import cloud_event, plan_opened

pytestmark = pytest.mark.anyio

FAMILIES = [f"P{number}" for number in range(20)]
NOTES = 60
"""For each family; a tenth of them by the agency's own reference and to `unknown`."""
SHARES = 4
COUNTS = (1, 4, 3, 1)
LAST = len(COUNTS) - 1
EXPECTED = {
    "a": {Result.ACCEPTED: 140, Result.HELD: 1, Result.DUPLICATE: 4, Result.REJECTED: 1},
    "b": {Result.ACCEPTED: 105, Result.DUPLICATE: 4, Result.REJECTED: 1},
    "c": {Result.ACCEPTED: 144, Result.HELD: 1, Result.DUPLICATE: 4, Result.REJECTED: 1},
}
"""What becomes of the stories with one intake, where no watch raises the signals that two await."""


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
        while await taken_up_to(client.jetstream()) < sequence:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def accepted(application: OnePlan) -> list[EventAccepted]:
    log = EventLog(application).after(0, 100_000)
    return [one.event for one in log if isinstance(one.event, EventAccepted)]


def assert_each_once_and_in_order(application: OnePlan, events: Sequence[dict[str, Any]]) -> None:
    """Everything was accepted once; what is about one family was, in the order of the stream."""
    taken = accepted(application)
    assert Counter(one.event_id for one in taken) == {str(event["id"]): 1 for event in events}
    places: dict[str | None, list[int]] = defaultdict(list)
    for one in taken:
        places[one.family_id].append(one.stream_sequence)
    for family, found in places.items():
        assert found == sorted(found), family


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
                await publish_all(police, openings)
                await until_taken(service, len(openings))
                await publish_all(police, links)
                begun = len(openings) + len(links)
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
    """Each intake sorts into as many as its own settings say, and takes alone with one."""
    families = FAMILIES[:6]
    events = [plan_opened(family) for family in families]
    chosen = settings.model_copy(update={"intake_takeover": 1, "intake_batch": 20})
    with running_bus(chosen) as bus:
        await make_streams(bus)
        async with connected(bus, "police") as police, connected(bus) as service:
            js = service.jetstream()
            await publish_all(police, events)
            for round_, count in enumerate(COUNTS):
                some = [
                    cloud_event("note.added", {"note_id": f"n{round_}-{n}", "text": "x"}, subject=f)
                    for n in range(20)
                    for f in families
                ]
                await publish_all(police, some)
                events += some
                with several(bus.model_copy(update={"intake_partitions": count}), 2) as workers:
                    left = 0 if round_ == LAST else len(some) // 2
                    await until_taken(service, len(events) - left)
                    assert len(await partitions_now(js)) == (count if count > 1 else 0)
                    assert workers.end() == [0, 0]
    assert_each_once_and_in_order(application, events)


STORIES = sorted(Path(str(files("tests.scenarios"))).glob("?_*.jsonl"))


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.usefixtures("application")
async def test_two_intakes_decide_as_one_does(settings: Settings, tmp_path: Path) -> None:
    """All stories at once, with what comes too early, twice, or cannot be taken."""
    with running_bus(settings.model_copy(update={"intake_partitions": 4})) as bus:
        await make_streams(bus)
        with several(bus, 2):
            reports = await asyncio.gather(*(publish_file(bus, story) for story in STORIES))
            too_long = cloud_event("note.added", {"note_id": "n", "text": "x" * (LONG + 1)})
            (tmp_path / "long.jsonl").write_bytes(orjson.dumps(too_long))
            [answer] = (await publish_file(bus, tmp_path / "long.jsonl")).lines
    assert (answer.result, answer.field) == (Result.REJECTED, "data.text")
    assert [report.counts for report in reports] == [
        {**dict.fromkeys(Result, 0), **EXPECTED[story.name[0]]} for story in STORIES
    ]


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_what_waited_for_a_name_goes_before_what_came_later_by_it(
    settings: Settings, application: OnePlan
) -> None:
    """Others put it on hold, in another partition than the family's."""
    events = [plan_opened(family) for family in FAMILIES]
    for family in FAMILIES:
        early, late = (
            cloud_event("note.added", {"note_id": one, "text": "x"}, subject=reference(family))
            for one in ("early", "late")
        )
        link = cloud_event(
            "case-reference.linked", {"reference": reference(family)}, subject=family
        )
        events += [early, link, late]
    with running_bus(settings.model_copy(update={"intake_partitions": 4})) as bus:
        await make_streams(bus)
        async with connected(bus, "police") as police, connected(bus) as service:
            with several(bus, 2):
                await publish_all(police, events)
                await until_taken(service, len(events))
    types: dict[str | None, list[str]] = defaultdict(list)
    for one in accepted(application):
        types[one.family_id].append(f"{one.event_id}")
    named = {str(event["id"]): event["data"].get("note_id", event["type"]) for event in events}
    assert {tuple(named[one] for one in found) for found in types.values()} == {
        ("nl.oneplan.plan.opened.v1", "nl.oneplan.case-reference.linked.v1", "early", "late")
    }
    assert len(types) == len(FAMILIES)
