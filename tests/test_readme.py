"""What the README shows is true: its client is run as it stands there."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from services.intake.intake import Intake
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import OnePlan
from tests.support.bus import make_streams, running_bus
from tests.support.events import NOW, delivery, plan_opened

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_opens_with_the_two_commands() -> None:
    first_block = re.search(r"```\n(.*?)```", README, re.DOTALL)
    assert first_block is not None
    commands = [line.split("#")[0].strip() for line in first_block[1].splitlines()]
    assert commands == ["make run", "make test"]


@pytest.mark.anyio
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_agencys_client_works(settings: Settings, application: OnePlan) -> None:
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block is not None
    with running_bus(settings) as bus:
        await make_streams(bus)
        Intake(application, settings.agency_of_source).take(
            [delivery(plan_opened("GEZIN-A-2025"))], NOW
        )
        source = (
            block[1]
            .replace("nats://127.0.0.1:4222", str(bus.nats_url))
            .replace("var/oneplan/credentials", str(bus.credentials))
        )
        intake = make_intake(bus)
        running = asyncio.create_task(intake.run())
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", source, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await asyncio.wait_for(client.communicate(), 60)
        intake.exit()
        await running
    assert client.returncode == 0
    receipt = json.loads(printed)
    assert (receipt["status"], receipt["family_id"]) == ("accepted", "GEZIN-A-2025")
