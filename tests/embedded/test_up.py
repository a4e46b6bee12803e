"""``oneplan up`` as a person runs it, with stand-ins for the services."""

from __future__ import annotations

import asyncio
import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from services.bus.publish_report import LineResult, PublishReport, Result
from services.cli.publish import show
from services.cli.up import SCENARIOS, up
from services.embedded.run_file import read_run
from services.settings import Settings
from tests.embedded.test_supervisor import Place, is_up, until

app = typer.Typer()
app.command()(up)

SCRIPT = """
import sys
from pathlib import Path
import typer
from services.cli.up import up
from services.embedded import supervisor
from services.settings import Settings
from tests.embedded.test_supervisor import Place
place = Place(Settings(), Path(sys.argv.pop(1)))
supervisor.service_commands = lambda _: place.commands()
typer.run(up)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("ONEPLAN_SETTINGS_FILE", str(tmp_path / "none.toml"))
    monkeypatch.setenv("ONEPLAN_HTTP_PORT", "0")
    monkeypatch.setenv("COLUMNS", "200")
    return Place(Settings(data_dir=tmp_path / "data"), tmp_path / "journal")


def start(place: Place, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(place.journal)]
    return subprocess.Popen(
        [*command, "--data-dir", str(place.settings.data_dir), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.anyio
async def test_it_says_where_to_look_plays_the_files_and_refuses_a_second_one(
    place: Place, tmp_path: Path
) -> None:
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "family.jsonl").write_text('{"source": "urn:oneplan:agency:nobody"}\n')
    first = start(place, "--play-scenarios", "--scenarios", str(scenarios))
    try:
        await until(lambda: is_up(place), 30)
        run = read_run(place.settings)
        second = start(place)
        _, complaint = await asyncio.to_thread(second.communicate, timeout=30)
        first.send_signal(signal.SIGINT)
        shown, _ = await asyncio.to_thread(first.communicate, timeout=30)
    finally:
        first.kill()
    assert second.returncode == 1
    assert complaint.startswith(f"error: the data folder {place.settings.data_dir} is in use by")
    assert "Traceback" not in complaint
    assert first.returncode == 0
    assert run is not None
    assert run.http_url in shown
    assert run.nats_url in shown
    assert "plan show GEZIN-A-2025 --party school" in shown
    assert "refused family.jsonl:1" in shown


def test_without_example_files_it_does_not_start(place: Place, tmp_path: Path) -> None:
    given = ["--play-scenarios", "--scenarios", str(tmp_path), "--data-dir", str(tmp_path / "d")]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 2
    assert not (tmp_path / "d").exists()


def test_the_examples_lie_where_it_looks() -> None:
    assert len(sorted(SCENARIOS.glob("*.jsonl"))) == 3


def test_wrong_settings_end_it_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEPLAN_STREAM_REPLICAS", "many")
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 1
    assert "setting stream_replicas: " in result.stderr


def test_events_that_were_known_already_are_no_cause_for_alarm() -> None:
    def told(*results: Result) -> str:
        lines = tuple(LineResult(line=n, result=result) for n, result in enumerate(results, 1))
        console = Console(record=True, width=200, file=io.StringIO())
        show(console, {"family.jsonl": PublishReport(lines=lines)})
        return console.export_text()

    assert "nothing changed" in told(Result.DUPLICATE, Result.DUPLICATE)
    assert "nothing changed" in told(Result.DUPLICATE, Result.REJECTED)
    assert "nothing changed" not in told(Result.DUPLICATE, Result.ACCEPTED)
    assert "nothing changed" not in told(Result.REJECTED)
    assert "Refused" in told(Result.REFUSED)
    assert "Refused" not in told(Result.ACCEPTED)
