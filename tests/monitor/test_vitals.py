"""Whether a process lives and is ready: by its work, its event loop and what it stands on."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from services.cli.main import app
from services.embedded.web_port import free_port
from services.monitor import vitals as module
from services.monitor.server import monitored
from services.monitor.vitals import Check, Vitals
from services.newer import NewerEventError, NewerWorkError
from services.settings import Settings

NEWER = NewerEventError("oneplan.plan.NoteAdded", "somewhere", 1, 2)


def test_ready_once_a_step_worked_and_not_when_the_last_one_failed() -> None:
    vitals = Vitals("relay")
    assert vitals.readiness().checks["work"] == Check(ok=False, detail="starting")
    with vitals.step():
        pass
    assert vitals.readiness().ready
    vitals.failed(ValueError("Anna Jansen"))
    found = vitals.readiness()
    assert (found.ready, found.checks["work"].detail) == (False, "ValueError")
    vitals.works()
    vitals.look_at("nats", lambda: Check(ok=False, detail="not connected"))
    found = vitals.readiness()
    assert (found.ready, found.checks["work"].ok, found.checks["nats"].ok) == (False, True, False)


def test_a_look_that_gets_no_answer_fails_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    vitals, answer, looks = Vitals("intake"), threading.Event(), []

    def look() -> Check:
        looks.append(answer.wait(20))
        return Check(ok=True, detail="answers")

    vitals.look_at("database", look)
    vitals.works()
    for _ in range(2):
        found = vitals.readiness()
        assert (found.ready, found.checks["database"].detail) == (False, "no answer within 0 s")
    answer.set()
    while not vitals.readiness().ready:
        time.sleep(0.01)
    assert looks[0], "who waits for an answer is not asked a second time"


def test_a_clock_that_jumps_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vitals, true = Vitals("watch"), time.time
    with capture_logs() as logs:
        for ahead in (0, 7200, 7201, 7201, 0):
            monkeypatch.setattr(time, "time", lambda ahead=ahead: true() + ahead)
            with vitals.step():
                pass
    assert [(one["event"], one["seconds"]) for one in logs] == [
        ("clock.jumped", 7200),
        ("clock.jumped", -7201),
    ]


def test_a_failing_step_is_no_success() -> None:
    vitals = Vitals("relay")
    with pytest.raises(ValueError, match="x"), vitals.step():
        raise ValueError("x")
    assert not vitals.readiness().ready
    assert vitals.alive().ok


def test_what_only_a_newer_release_understands_does_not_pass() -> None:
    works, answers = Vitals("relay"), Vitals("web", serves_on=True)
    for vitals in (works, answers):
        vitals.failed(NewerWorkError("relay", 1, 2))
        vitals.met_newer(NEWER)
        vitals.works()
        assert vitals.upgrade_needed
        assert "readers before writers" in vitals.readiness().checks["release"].detail
    assert not works.readiness().ready
    # Otherwise nobody would be answered any more, whatever they ask.
    assert answers.readiness().ready


def test_a_step_that_makes_no_progress_hangs() -> None:
    now = [0.0]
    vitals = Vitals("projector", clock=lambda: now[0])
    with vitals.step():
        now[0] = 100.0
        assert vitals.alive().ok
        vitals.goes_on()
        now[0] = 219.0
        assert vitals.alive().ok
        now[0] = 221.0
        assert vitals.alive() == Check(ok=False, detail="a step goes on for 121 s")
    assert vitals.alive().ok


@pytest.mark.anyio
async def test_an_event_loop_that_hangs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOP_SECONDS", 0.05)
    vitals = Vitals("intake")
    vitals.watch_loop(asyncio.get_running_loop())
    assert (await asyncio.to_thread(vitals.alive)).ok
    found: list[Check] = []
    asking = threading.Thread(target=lambda: found.append(vitals.alive()))
    asking.start()
    time.sleep(0.2)  # noqa: ASYNC251 - it is what is tried here
    asking.join()
    assert found == [Check(ok=False, detail="the event loop hangs")]


def test_who_asks_at_the_monitor_port_and_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port("127.0.0.1", 0)
    settings = Settings(data_dir=tmp_path, monitor_port=port)
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(tmp_path))
    vitals = Vitals("watch")

    def asked(*arguments: str) -> tuple[int, str]:
        result = CliRunner(env={"ONEPLAN_MONITOR_PORT": str(port)}).invoke(
            app, ["health", *arguments]
        )
        return result.exit_code, result.output

    with monitored(settings, vitals):
        url = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/live").status_code == 200
        assert httpx.get(f"{url}/ready").status_code == 503
        assert httpx.get(f"{url}/").status_code == 404
        code, shown = asked("watch")
        assert (code, "starting" in shown) == (1, True)
        assert asked("watch", "--live")[0] == 0
        vitals.works()
        assert httpx.get(f"{url}/ready").json()["ready"] is True
        code, shown = asked("watch", "--json")
        assert code == 0
        assert json.loads(shown)["watch"]["checks"]["work"] == {"ok": True, "detail": "works"}
        metrics = httpx.get(f"{url}/metrics").text
        assert 'oneplan_ready{service="watch"} 1.0' in metrics
        assert "oneplan_disk_free_bytes" in metrics
        vitals.met_newer(NEWER)
        metrics = httpx.get(f"{url}/metrics").text
        assert 'oneplan_ready{service="watch"} 0.0' in metrics
        assert 'oneplan_upgrade_needed{service="watch"} 1.0' in metrics
    code, shown = asked("watch")
    assert (code, "no answer at" in shown) == (1, True)
    code, shown = asked()
    assert code == 1
    assert "start them with" in shown
    assert asked("nobody")[0] == 2
