"""What the README shows is true: its client is run as it stands there."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from services.cli.main import app
from services.intake.intake import Intake
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import OnePlan
from tests.support.bus import make_streams, running_bus
from tests.support.events import NOW, delivery, plan_opened

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


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


def commands_shown(page: str) -> list[str]:
    """What a page shows to be typed that begins with ``oneplan``, as the shell would get it."""
    blocks = re.findall(r"```(?!python).*?\n(.*?)```", page, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += [line.strip() for line in page.splitlines() if line.startswith("    ")]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    typed = [re.sub(r"^.*?(?:\$ |bin/|admin )?(?=oneplan )", "", one) for one in lines + spans]
    return [one.replace("\\|", "|") for one in typed if one.startswith("oneplan ")]


def options_of(command: Any) -> set[str]:
    """The options of a command; of a group, whose command was left open, those of all its own."""
    own = {name for parameter in command.params for name in parameter.opts}
    if not hasattr(command, "resolve_command"):
        return own
    context = command.make_context("oneplan", [], resilient_parsing=True)
    below = [command.resolve_command(context, [one])[1] for one in command.list_commands(context)]
    return own.union(*map(options_of, below))


def check_command(shown: str) -> None:
    """Raises when there is no such command, or it has no such option."""
    words = re.split(r"\s{2,}", shown)[0].split()[1:]
    group: Any = get_command(app)
    while words and hasattr(group, "resolve_command"):
        context = group.make_context("oneplan", [], resilient_parsing=True)
        found, named = group, words[0].islower() and words[0][0].isalpha()
        for one in re.findall(r"[a-z][a-z-]*", words[0]) if named else ():
            _, found, _ = group.resolve_command(context, [one])
            assert found is not None, shown
        if found is group:
            break
        group, words = found, words[1:]
    known = {"--help", *options_of(group)}
    options = re.findall(r"--[a-z-]+", " ".join(words))
    assert set(options) <= known, shown


@pytest.mark.parametrize("path", PAGES, ids=lambda one: one.name)
def test_every_command_that_a_page_shows_is_there(path: Path) -> None:
    shown = commands_shown(path.read_text(encoding="utf-8"))
    for one in shown:
        check_command(one)


def test_a_command_that_is_not_there_would_be_found() -> None:
    with pytest.raises(AssertionError):
        check_command("oneplan projections repair")
    with pytest.raises(AssertionError):
        check_command("oneplan projections rebuild --faster")
    assert len(commands_shown((ROOT / "docs" / "runbook.md").read_text())) > 30
