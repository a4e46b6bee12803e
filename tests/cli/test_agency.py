"""``oneplan agency`` on a real server: what is in force, how soon, and what is said if not."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.bus.agencies import read_agencies
from services.bus.connect import NotConnectedError, connect, connected
from services.bus.in_force import NotInForceError, bring_into_force
from services.bus.publish import publish_file
from services.bus.publish_report import Result
from services.cli import agency
from services.intake.service import make_intake
from services.settings import Settings
from services.store.application import open_application
from tests.support.bus import make_streams, running_bus
from tests.support.events import cloud_event, plan_opened

ADD = ("add", "school-west", "--name", "School West", "--kind", "school")


def oneplan(*arguments: str, code: int = 0) -> str:
    """What is said on stdout, or when it fails on stderr."""
    result = CliRunner().invoke(agency.app, list(arguments))
    assert result.exit_code == code, result.output
    return result.stderr if code else result.stdout


def answer(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(oneplan(*arguments, "--json"))
    return found


@pytest.fixture
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder of its own, and no other settings."""
    monkeypatch.setenv("ONEPLAN_SETTINGS_FILE", str(tmp_path / "none.toml"))
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(tmp_path / "data"))
    return Settings()


@pytest.fixture
def bus(nothing_runs: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A server with the streams, which the command finds."""
    with running_bus(nothing_runs) as settings:
        monkeypatch.setenv("ONEPLAN_NATS_URL", settings.nats_url or "")
        asyncio.run(make_streams(settings))
        yield settings


def gets_in(settings: Settings, user: str) -> bool:
    async def try_it() -> bool:
        try:
            await (await connect(settings, user, patience=0.3)).close()
        except NotConnectedError:
            return False
        return True

    return asyncio.run(try_it())


def test_an_agency_is_added_rekeyed_and_revoked_while_the_server_runs(bus: Settings) -> None:
    added = answer(*ADD)
    assert (added["in_force"], added["servers"], added["state"]) == (True, ["oneplan"], "active")
    assert added["seconds"] < 2
    for file in (Path(added["seed_file"]), Path(added["token_file"])):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_text().strip() not in json.dumps(added)
    assert gets_in(bus, "school-west")

    rotated = answer("rotate", "school-west")
    assert rotated["in_force"]
    assert rotated["public_key"] != added["public_key"]
    assert gets_in(bus, "school-west")

    revoked = answer("revoke", "school-west")
    assert (revoked["in_force"], revoked["state"]) == (True, "revoked")
    assert (revoked["seed_file"], revoked["public_key"]) == (None, None)
    assert answer("revoke", "school-west")["since"] == revoked["since"]
    rows = {row["code"]: row for row in json.loads(oneplan("list", "--json"))}
    assert rows["school-west"]["state"] == "revoked"
    assert rows["police"]["state"] == "active"
    assert not any("digest" in key for row in rows.values() for key in row)
    shown = CliRunner().invoke(agency.app, ["list"], env={"COLUMNS": "200"}).stdout
    assert "School West" in shown


def test_without_a_server_it_is_written_and_takes_force_at_the_start(
    nothing_runs: Settings,
) -> None:
    said = oneplan(*ADD)
    assert "takes force when one starts" in said
    assert str(nothing_runs.credentials / "school-west.nk") in said
    assert not answer("revoke", "halt")["in_force"]
    with running_bus(nothing_runs) as settings:
        assert gets_in(settings, "school-west")
        accounts = settings.accounts_file.read_text()
        assert "AGENCY-school-west" in accounts
        assert "AGENCY-halt" not in accounts


def test_a_server_that_is_not_reached_is_an_error_and_the_change_stands(
    nothing_runs: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLAN_NATS_URL", "nats://127.0.0.1:9")
    monkeypatch.setattr("services.bus.in_force.CONNECT_SECONDS", 0.3)
    said = oneplan("revoke", "halt", code=1)
    assert "NOT in force until NATS starts again or this is repeated" in said
    found = read_agencies(nothing_runs).get("halt")
    assert found is not None
    assert not found.is_active


def test_a_server_that_refuses_its_configuration_is_told(bus: Settings) -> None:
    config = bus.data_dir / "nats" / "nats.conf"
    config.write_text(config.read_text() + "no_such_setting: 1\n")
    said = oneplan("rotate", "police", code=1)
    assert "oneplan refuses its configuration" in said
    assert "no_such_setting" in said
    config.write_text(config.read_text().replace("no_such_setting: 1\n", ""))
    assert answer("rotate", "police")["in_force"]


def test_a_server_that_keeps_its_accounts_elsewhere_is_told(
    bus: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.bus.in_force.IN_FORCE_SECONDS", 0.5)
    monkeypatch.setattr("services.bus.in_force.CONNECT_SECONDS", 0.5)
    elsewhere = bus.model_copy(update={"nats_accounts": tmp_path / "elsewhere.conf"})
    monkeypatch.setenv("ONEPLAN_NATS_ACCOUNTS", str(elsewhere.nats_accounts))
    said = oneplan(*ADD, code=1)
    assert "school-west does not get through to its stream" in said
    added = read_agencies(bus).get("school-west")
    assert added is not None
    with pytest.raises(NotInForceError):
        asyncio.run(bring_into_force(elsewhere, added))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("add", "West", "--name", "W", "--kind", "school"), "error: code: "),
        (("add", "west", "--name", "W"), "error: kind: "),
        (("add", "west", "--name", "W", "--kind", "school", "--oin", "12"), "error: oin: "),
        (("add", "police", "--name", "Politie"), "run: oneplan agency rotate police"),
        (("rotate", "nobody"), "there is no agency 'nobody'; the register has: police"),
        (("revoke", "../police"), "there is no agency '../police'"),
    ],
)
def test_what_is_wrong_is_said(nothing_runs: Settings, given: tuple[str, ...], said: str) -> None:
    assert said in oneplan(*given, code=1)


def test_each_command_has_help_with_an_example() -> None:
    for command in ("list", "add", "rotate", "revoke"):
        shown = CliRunner().invoke(agency.app, [command, "--help"], env={"COLUMNS": "200"}).stdout
        assert f"Example: oneplan agency {command}" in shown


@pytest.mark.anyio
async def test_a_running_intake_takes_what_a_new_agency_sends_at_once(
    nothing_runs: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And goes on taking what it sent before it was revoked."""
    file = tmp_path / "event.jsonl"
    event = plan_opened("WEST-1", source="urn:oneplan:agency:school-west")
    event["data"]["parties"].append({"agency": "school-west", "task": "onderwijs"})
    file.write_text(json.dumps(event))
    with open_application(nothing_runs), running_bus(nothing_runs) as settings:
        monkeypatch.setenv("ONEPLAN_NATS_URL", settings.nats_url or "")
        await make_streams(settings)
        intake = make_intake(settings)
        running = asyncio.create_task(intake.run())
        try:
            await asyncio.to_thread(oneplan, *ADD)
            report = await publish_file(settings, file)
            assert [line.result for line in report.lines] == [Result.ACCEPTED]
            await asyncio.to_thread(oneplan, "revoke", "school-west")
            async with connected(settings) as service:
                # As if it had still been in the stream when the agency was revoked.
                note = {"note_id": "N-1", "text": "Was er vandaag niet."}
                late = cloud_event(
                    "note.added", note, agency="school-west", subject="WEST-1", id="late"
                )
                receipts = await service.subscribe("party.school-west.receipt.late")
                await service.jetstream().publish(
                    f"agency.school-west.WEST-1.{late['type']}", json.dumps(late).encode()
                )
                receipt = json.loads((await receipts.next_msg(timeout=10)).data)
            assert receipt["status"] == "accepted"
        finally:
            intake.exit()
            await running
