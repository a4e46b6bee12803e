"""``oneplan up`` as a whole: played, read, stopped, started again on the same data."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from services.embedded.run_file import read_run
from services.run import SERVICES
from services.settings import Settings
from tests.identity.support import Browser
from tests.projections.support import wait_until
from tests.scenarios.expected import SCENARIOS
from tests.support.service import BIN, until_ready, up


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(folder))
    monkeypatch.setenv("ONEPLAN_HTTP_PORT", "0")
    return folder


def oneplan(*arguments: str) -> str:
    done = subprocess.run(
        [BIN / "oneplan", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def numbers(shown: str) -> list[list[int]]:
    """The rows of the report: published, accepted, duplicate, held, rejected."""
    rows = [
        re.findall(r"│ +(\d+) +", row)
        for row in shown.splitlines()
        if ".jsonl" in row or "…" in row
    ]
    return [list(map(int, row)) for row in rows if row]


def personal_words() -> set[str]:
    """Every member's and lead's name, and how each free text begins."""
    words: set[str] = set()
    for scenario in SCENARIOS:
        for line in scenario.path.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)["data"]
            people = [
                *data.get("members", []),
                data,
                data.get("lead", {}),
                data.get("incoming", {}),
            ]
            words |= {one["name"] for one in people if "name" in one}
            words |= {data[key][:25] for key in ("text", "reason", "how", "result") if key in data}
    return {word for word in words if len(word) > 8}


def everything_is_dealt_with() -> bool:
    """Whether the views hold every event, and relay and watch have passed them all."""
    status = json.loads(oneplan("projections", "status", "--json"))
    assert set(status["followers"]) == {"relay", "watch", "persons"}
    places = {*status["positions"].values(), *status["followers"].values()}
    return places == {status["last_position"]}


def test_the_service_from_first_start_to_second_stop(data_dir: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with up(log, {"ONEPLAN_LOG_LEVEL": "DEBUG"}) as process:
        shown = until_ready(process)
        # Whether what waits for a signal was taken by then depends on when the watch raised it.
        held = [row[3] for row in numbers(shown)]
        assert all(
            count <= len(one.waiting_for_signal_lines)
            for count, one in zip(held, SCENARIOS, strict=True)
        )
        assert numbers(shown) == [
            [one.lines, one.accepted_when_watched - count, one.duplicates, count, 1]
            for count, one in zip(held, SCENARIOS, strict=True)
        ]
        run = read_run(Settings(data_dir=data_dir))
        assert run is not None
        token = (data_dir / "credentials" / "school.token").read_text(encoding="ascii").strip()
        with httpx.Client(
            base_url=run.http_url, headers={"Authorization": f"Bearer {token}"}
        ) as school:
            families = school.get("/api/v1/families").json()["families"]
            expected = [one.family_id for one in SCENARIOS if "school" in one.parties]
            assert sorted(one["family_id"] for one in families) == expected
            plan = school.get(f"/api/v1/families/{SCENARIOS[0].family_id}/plan").json()
            assert plan["lead"]["person_id"] == SCENARIOS[0].lead
            assert school.get("/api/v1/families/NOBODY/plan").status_code == 404
        lead = Browser(run.http_url)
        with lead.http:
            assert lead.sign_in(SCENARIOS[0].lead or "").status_code == 303
            assert lead.me().json()["viewer"]["person_id"] == SCENARIOS[0].lead
            session = lead.session()
        assert json.loads(oneplan("deadletters", "list", "--json"))[0]["status"] == "rejected"
        assert "error" not in oneplan("doctor")
        wait_until(everything_is_dealt_with, seconds=60)
        health = json.loads(oneplan("health", "--json"))
        assert list(health) == list(SERVICES)
        metrics = "".join(httpx.get(f"{url}/metrics").text for url in run.health_urls.values())
        assert 'oneplan_intake_events_total{outcome="accepted"}' in metrics
        assert 'oneplan_relay_messages_total{stream="PARTY_VIEWS"}' in metrics
        assert not any(one.family_id in metrics for one in SCENARIOS)
    assert read_run(Settings(data_dir=data_dir)) is None
    history = oneplan("audit", "replay", "--json")
    verified = json.loads(oneplan("audit", "verify", "--json"))
    assert verified["findings"] == []
    assert (verified["signed"], verified["not_signed_yet"]) == (verified["events"], 0)
    assert verified["receipts"] == sum(one.accepted_when_watched for one in SCENARIOS)

    with up(log, {"ONEPLAN_LOG_LEVEL": "DEBUG"}) as process:
        again = numbers(until_ready(process))
    assert [row[:2] for row in again] == [[one.lines, 0] for one in SCENARIOS]
    assert oneplan("audit", "replay", "--json") == history
    assert json.loads(oneplan("audit", "verify", "--json")) == verified

    logged = log.read_text(encoding="utf-8")
    assert "intake.kept" in logged
    assert [word for word in personal_words() if word in logged] == []
    assert token not in logged
    assert session is not None
    assert session not in logged
