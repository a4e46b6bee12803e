"""``oneplan erasure`` and ``oneplan keys``, as an administrator uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from domain.personal import ERASED
from services.cli.main import app
from services.settings import Settings
from services.store.application import open_application
from tests.support.bus import make_streams, running_bus
from tests.support.events import cloud_event, plan_opened
from tests.support.world import new_world

pytestmark = pytest.mark.anyio


@pytest.fixture
async def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a command; on a closed plan of F1 and a running bus."""
    settings = Settings(data_dir=tmp_path / "data")
    with running_bus(settings) as bus:
        await make_streams(bus)
        with open_application(bus) as application, new_world(bus, application) as world:
            world.take(plan_opened(), cloud_event("plan.closed", {"reason": "Klaar."}))
        monkeypatch.setenv("ONEPLAN_DATA_DIR", str(bus.data_dir))
        monkeypatch.setenv("ONEPLAN_NATS_URL", str(bus.nats_url))
        yield lambda *words, code=0: _run(words, code)


def _run(words: tuple[str, ...], code: int) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.output


async def in_thread(run: Any, *words: str, code: int = 0) -> str:
    """In a thread of its own: a command has an event loop of its own."""
    import asyncio  # noqa: PLC0415

    return str(await asyncio.to_thread(run, *words, code=code))


async def test_from_the_preview_to_the_certificate(run: Any, tmp_path: Path) -> None:
    shown = orjson.loads(await in_thread(run, "erasure", "preview", "--family", "F1", "--json"))
    assert shown["obstacles"] == ["term-runs"]
    assert shown["messages"] is not None
    assert {one["code"] for one in shown["terms"]} >= {"police", "veilig-thuis"}
    words = await in_thread(run, "erasure", "preview", "--family", "F1")
    assert "Against it stands: term-runs" in words

    too_early = ("erasure", "request", "term-is-over", "Termijn.", "--family", "F1")
    refused = await in_thread(run, *too_early, "--as", "dirk@municipality", code=1)
    assert "term-runs stands against" in refused
    asked = ("erasure", "request", "at-request", "Verzoek.", "--family", "F1", "--id", "e1")
    assert await in_thread(run, *asked, "--as", "dirk@municipality") == "e1\n"
    await in_thread(run, "erasure", "certificate", "e1", code=1)
    same = await in_thread(run, "erasure", "approve", "e1", "--as", "dirk@municipality", code=1)
    assert "another person must approve" in same
    await in_thread(run, "erasure", "approve", "e1", "--as", "eva@municipality")
    await in_thread(run, "erasure", "carry-out", "e1", "--as", "dirk@municipality")
    listed = orjson.loads(await in_thread(run, "erasure", "list", "--json"))
    assert [(one["status"], one["approved_by"]) for one in listed] == [("carried-out", "eva")]

    certificate = await in_thread(run, "erasure", "certificate", "e1", "--json")
    key = orjson.loads(await in_thread(run, "keys", "status", "--json"))["certificate_key"]
    path = tmp_path / "e1.json"
    path.write_text(certificate, encoding="utf-8")
    assert "valid: e1" in await in_thread(run, "erasure", "verify", str(path), "--key", key)
    path.write_text(certificate.replace("at-request", "by-order"), encoding="utf-8")
    changed = await in_thread(run, "erasure", "verify", str(path), "--key", key, code=1)
    assert "was changed" in changed
    assert ERASED in await in_thread(run, "audit", "replay", "--json")
    await in_thread(run, "projections", "rebuild")
    assert "sound: " in await in_thread(run, "audit", "verify")


async def test_a_refusal_a_hold_and_what_is_due(run: Any) -> None:
    asked = ("erasure", "request", "at-request", "Verzoek.", "--family", "F1", "--id", "e1")
    await in_thread(run, *asked, "--as", "dirk@municipality")
    await in_thread(run, "erasure", "refuse", "e1", "Klacht.", "--as", "eva@municipality")
    await in_thread(run, "erasure", "hold", "F1", "Klacht.", "--as", "eva@municipality")
    held = orjson.loads(await in_thread(run, "erasure", "preview", "--family", "F1", "--json"))
    assert held["obstacles"] == ["term-runs", "legal-hold"]
    await in_thread(run, "erasure", "release", "F1", "Klaar.", "--as", "eva@municipality")
    assert await in_thread(run, "erasure", "due") == "no family is due\n"
    assert "of whom" in await in_thread(run, "erasure", "preview", "--member", "x", code=2)
    assert "no personal data" in await in_thread(
        run, "erasure", "preview", "--staff", "x@police", code=1
    )


async def test_the_master_key_can_be_replaced(run: Any) -> None:
    assert "keys wrapped anew" in await in_thread(run, "keys", "rotate-master", "--yes")
    assert "Bram" in await in_thread(run, "audit", "replay", "--json")
