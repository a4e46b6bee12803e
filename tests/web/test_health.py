"""Health: alive always, ready only when all it stands on is in order."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services.read_model.engine import writing
from services.web import health
from services.web.app import create_app
from tests.support.bus import running_bus
from tests.support.events import cloud_event
from tests.support.world import World

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def readiness(client: TestClient) -> tuple[int, dict[str, Any]]:
    """The status and the checks."""
    response = client.get("/health/ready")
    body = response.json()
    assert body["ready"] == (response.status_code == 200)
    return response.status_code, body["checks"]


def test_ready_with_everything_in_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_bus(world.settings) as bus, TestClient(create_app(bus)) as client:
        deadline = time.monotonic() + 10
        while readiness(client)[0] != 200:
            assert time.monotonic() < deadline, readiness(client)
            time.sleep(0.02)
        _, checks = readiness(client)
        assert {name: check["ok"] for name, check in checks.items()} == {
            "database": True,
            "nats": True,
            "projections": True,
            "release": True,
        }
        assert checks["projections"]["detail"].startswith("0 events behind")

        monkeypatch.setattr(health, "MOST_BEHIND", 1)
        world.take(cloud_event("note.added", {"note_id": "n1", "text": "Belde."}), catch_up=False)
        status, checks = readiness(client)
        # The event and its receipt.
        assert (status, checks["projections"]["ok"]) == (503, False)
        assert checks["projections"]["detail"].startswith("2 events behind")
        world.catch_up()
        assert readiness(client)[0] == 200


@ON_SQLITE
def test_without_nats_alive_but_not_ready(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"alive": True}
    status, checks = readiness(client)
    assert (status, checks["nats"]["ok"], checks["database"]["ok"]) == (503, False, True)


def test_views_that_are_not_made_yet_are_named(world: World, client: TestClient) -> None:
    with writing(world.engine) as connection:
        connection.execute(text("DELETE FROM projection_position WHERE name = 'current_plan'"))
    assert "current_plan" in readiness(client)[1]["projections"]["detail"]
    with writing(world.engine) as connection:
        connection.execute(text("DROP TABLE projection_position"))
    assert "family_timeline" in readiness(client)[1]["projections"]["detail"]


@ON_SQLITE
def test_without_the_database_alive_but_not_ready(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("secret"))

    monkeypatch.setattr(health, "reading", gone)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == {"ok": False, "detail": "OperationalError"}
    assert client.get("/health/live").status_code == 200


@ON_SQLITE
def test_a_database_that_hangs_is_not_waited_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(health.Health, "_database_checks", lambda _self: time.sleep(0.5))
    assert readiness(client)[1]["database"]["ok"] is False
