"""The HTTP API: who gets in, what each agency sees, and how errors look."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from projections.current_plan import PLAN, PlanView
from services.bus.agency_changes import revoke_agency
from services.views.party_views import PartyViews
from services.web.written import Written
from tests.projections.support import wait_until
from tests.support.viewers import agency as viewer
from tests.support.world import World
from tests.web.support import Asking, bearer, token

# What the databases answer is tested on both in test_sight.py.
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ROUTES = (
    "/api/v1/families",
    "/api/v1/families/F1/plan",
    "/api/v1/families/F1/timeline",
    "/api/v1/leads/lead-1/caseload",
)


def test_without_a_good_token_nobody_gets_in(client: TestClient, world: World) -> None:
    good = token(world.settings, "police")
    for given, challenge in (
        ({}, 'Bearer realm="oneplan"'),
        ({"Authorization": "Basic cG9saWNlOg=="}, 'Bearer realm="oneplan"'),
        ({"Authorization": f"Bearer {good}x"}, 'Bearer realm="oneplan", error="invalid_token"'),
        ({"Authorization": "Bearer police"}, 'Bearer realm="oneplan", error="invalid_token"'),
    ):
        for route in ROUTES:
            response = client.get(route, headers=given)
            assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, challenge)
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.json()["type"] == "urn:oneplan:problem:unauthorized"
            assert "F1" not in response.text


def test_a_token_that_is_taken_away_no_longer_works(client: TestClient, world: World) -> None:
    headers = bearer(world.settings, "police")
    assert client.get(ROUTES[0], headers=headers).status_code == 200
    revoke_agency(world.settings, "police", datetime.now(UTC))
    wait_until(lambda: client.get(ROUTES[0], headers=headers).status_code == 401)


def test_an_error_names_the_field_and_repeats_nothing(ask: Asking) -> None:
    wrong: list[tuple[str, dict[str, str], str]] = [
        ("families/Anna de Vries/plan", {}, "family_id"),
        ("families/F1/plan", {"known_at": "Anna"}, "known_at"),
        ("families/F1/plan", {"known_at": "2026-03-02T12:00:00"}, "known_at"),
        ("families/F1/timeline", {"limit": "0"}, "limit"),
        ("families/F1/timeline", {"limit": "501"}, "limit"),
        ("families/F1/timeline", {"after": "Anna"}, "after"),
        ("families", {"after": "Anna"}, "after"),
        ("leads/Anna de Vries/caseload", {}, "person_id"),
    ]
    for path, query, field in wrong:
        status, body = ask("police", path, **query)
        assert (status, body["field"], body["status"]) == (422, field, 422), path
        assert body["type"] == "urn:oneplan:problem:invalid"
        assert body["reason"]
        assert "Anna" not in str(body)


def test_what_is_not_there_is_a_problem_too(client: TestClient) -> None:
    for response, status in (
        (client.get("/api/v1/nothing"), 404),
        (client.get("/api/v1/families/"), 404),
        (client.post("/api/v1/families"), 405),
    ):
        assert response.status_code == status
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == status


def test_a_fault_on_our_side_tells_nothing(
    client: TestClient,
    world: World,
    logs: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("Anna")

    monkeypatch.setattr(PartyViews, "ask", fails)
    response = client.get(ROUTES[1], headers=bearer(world.settings, "police"))
    assert response.status_code == 500
    assert response.headers["Cache-Control"] == "no-store"
    (fault,) = [line for line in logs if line["event"] == "web.fault"]
    assert fault["reference"] in response.json()["reason"]
    assert "Anna" not in response.text + str(logs)
    assert logs[-1]["status"] == 500


def test_a_database_that_does_not_answer_is_a_503(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(PartyViews, "ask", fails)
    response = client.get(ROUTES[1], headers=bearer(world.settings, "police"))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_the_log_has_the_route_and_the_agency_and_nothing_else(
    ask: Asking, logs: list[dict[str, Any]]
) -> None:
    ask("police", "families/F1/plan", known_at="2026-03-03T00:00:00Z")
    ask("police", "families/F1/timeline", after="Anna")
    ask("police", "nothing/Anna")

    for line in logs:
        assert line.pop("milliseconds") >= 0
    assert logs == [
        {
            "event": "http.request",
            "log_level": "info",
            "method": "GET",
            "route": route,
            "status": status,
            "agency": agency,
        }
        for route, status, agency in (
            ("/api/v1/families/{family_id}/plan", 200, "police"),
            ("/api/v1/families/{family_id}/timeline", 422, "police"),
            ("(none)", 404, None),
        )
    ]


def test_every_answer_has_the_security_headers(client: TestClient, world: World) -> None:
    headers = bearer(world.settings, "police")
    for path in (*ROUTES, "/", "/docs", "/openapi.json", "/health/live", "/nothing"):
        response = client.get(path, headers=headers)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in client.get("/", headers=headers).headers["Content-Security-Policy"]


def test_what_was_written_of_a_view_is_kept_as_long_as_the_view_itself(world: World) -> None:
    written = Written()
    view = world.views.family(PLAN, viewer("police"), "F1")
    first = written.json(view)
    assert PlanView.model_validate_json(first) == view
    assert written.json(view) is first

    # An equal one is another one: who sees what is never decided here.
    assert written.json(view.model_copy()) is not first
    world.views.forget("F1")
    del view
    assert len(written) == 0
