"""kill -9 of the intake in the middle of a load: every event is taken once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest

from domain.receipt import EventAccepted
from services.audit.verify import verify
from services.bus.connect import connected
from services.bus.streams import AGENCY_EVENTS, INTAKE_DURABLE
from services.read_model.engine import create_read_engine
from services.read_model.projector import Projector
from services.settings import Settings
from services.store.application import OnePlan
from services.store.event_log import EventLog
from tests.support.bus import make_streams, publish, receipts, running_bus
from tests.support.events import cloud_event, plan_opened

pytestmark = pytest.mark.anyio

FAMILIES = 10
NOTES = 60
KILLS = 3


def start_intake(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "ONEPLAN_DATA_DIR": str(settings.data_dir),
        "ONEPLAN_NATS_URL": str(settings.nats_url),
        "ONEPLAN_INTAKE_BATCH": "20",
        "ONEPLAN_INTAKE_TAKEOVER": str(settings.intake_takeover),
        "ONEPLAN_LOG_LEVEL": "ERROR",
    }
    if settings.database_url is not None:
        environment["ONEPLAN_DATABASE_URL"] = settings.database_url
        environment["ONEPLAN_KEYS_URL"] = str(settings.keys_url)
    return subprocess.Popen([sys.executable, "-m", "services.run", "intake"], env=environment)


async def until_at_most(settings: Settings, count: int) -> int:
    """Wait until at most so many messages are unfinished; gives how many there are then."""
    async with connected(settings) as client, asyncio.timeout(60):
        jetstream = client.jetstream()
        while True:
            consumer = await jetstream.consumer_info(AGENCY_EVENTS, INTAKE_DURABLE)
            left = (consumer.num_pending or 0) + (consumer.num_ack_pending or 0)
            if left <= count:
                return left
            await asyncio.sleep(0.005)


# On SQLite the short set of tests/chaos does it.
@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_kill_dash_nine_in_the_middle_of_a_load(
    settings: Settings, application: OnePlan
) -> None:
    families = [f"K{number}" for number in range(FAMILIES)]
    openings = [plan_opened(family) for family in families]
    notes = [
        cloud_event("note.added", {"note_id": f"n{note}", "text": "x"}, subject=family)
        for note in range(NOTES)
        for family in families
    ]
    with running_bus(settings.model_copy(update={"intake_takeover": 1})) as bus:
        await make_streams(bus)
        intake = start_intake(bus)
        killed_with_left: list[int] = []
        try:
            async with connected(bus, "police") as police:
                for event in openings:
                    await publish(police, "police", event)
                await receipts(police, "police", FAMILIES)
                for kill in range(KILLS):
                    share = notes[kill * len(notes) // KILLS : (kill + 1) * len(notes) // KILLS]
                    await asyncio.gather(*(publish(police, "police", event) for event in share))
                    killed_with_left.append(await until_at_most(bus, len(share) - 30))
                    intake.send_signal(signal.SIGKILL)
                    intake.wait()
                    intake = start_intake(bus)
                await until_at_most(bus, 0)
        finally:
            intake.terminate()
            assert intake.wait(20) == 0
    assert max(killed_with_left) > 0, "it was never killed in the middle of its work"

    taken = Counter(
        event.event.event_id
        for event in EventLog(application).after(0, 100_000)
        if isinstance(event.event, EventAccepted)
    )
    assert taken == {str(event["id"]): 1 for event in [*openings, *notes]}
    for family in families:
        plan = application.plan(family)
        assert plan is not None
        assert plan.version == 1 + NOTES
        assert len(plan.items["note"]) == NOTES
    engine = create_read_engine(settings)
    projector = Projector(engine, EventLog(application))
    while projector.catch_up():
        pass
    assert verify(application, engine).findings == []
    engine.dispose()
