"""What came to be known when, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from services.access import open_access_log
from services.audit.difference import Difference
from services.audit.known import KnownThen
from services.views.past import AsOf
from services.web.app import create_app
from tests.support.events import NOW, cloud_event, incident
from tests.support.viewers import AUDITOR
from tests.support.world import World
from tests.web.support import Asking
from tests.web.test_audit_history import app, client

__all__ = ["app", "client"]
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

PATH = "/api/v1/audit/families/F1"
THEN = "2026-03-02T12:00:00Z"
LATER = "2026-03-09T12:00:00Z"


def test_an_auditor_reads_what_changed_and_what_was_not_told_yet(
    client: TestClient, world: World
) -> None:
    told = cloud_event("incident.recorded", incident("i2", kind="stalking"))
    world.take(told, now=NOW + timedelta(days=7))
    found = client.get(f"{PATH}/diff", params={"since": THEN, "until": LATER})
    (plan,) = [one for one in Difference.model_validate(found.json()).views if one.view == "plan"]
    assert [(one.item_id, one.how) for one in plan.items] == [("i2", "came")]

    page = KnownThen.model_validate(client.get(f"{PATH}/known", params={"at": THEN}).json())
    assert [one.incident_id for one in page.plan.incidents] == ["i1"]
    assert [(one.item_ids, f"{one.known_at:%m-%d}") for one in page.gap] == [(("i2",), "03-09")]
    with open_access_log(world.settings) as access_log:
        looks = [(one.view, one.known_at) for one in access_log.of_family("F1").entries]
    week = timedelta(days=7)
    assert looks == [
        ("known-then", None),
        ("known-then", NOW),
        ("diff", NOW + week),
        ("diff", NOW),
    ]
    assert world.views.past(AUDITOR, "F1", "test", [AsOf(NOW)])[0].audience.sees_all


def test_what_is_wrong_is_named(client: TestClient) -> None:
    for path, query, status, field in (
        ("diff", {"since": LATER, "until": THEN}, 422, "since"),
        ("diff", {"since": THEN, "until": "2100-01-01T00:00:00Z"}, 422, "until"),
        ("diff", {"since": "gisteren", "until": THEN}, 422, "since"),
        ("diff", {"until": THEN}, 422, "since"),
        ("known", {"at": "2100-01-01T00:00:00Z"}, 422, "at"),
        ("known", {"at": "2020-01-01T00:00:00Z"}, 404, "known_at"),
    ):
        response = client.get(f"{PATH}/{path}", params=query)
        assert (response.status_code, response.json()["field"]) == (status, field)
    strange = client.get("/api/v1/audit/families/F404/known", params={"at": THEN})
    assert strange.status_code == 404


def test_it_is_for_auditors(world: World) -> None:
    with TestClient(create_app(world.settings)) as client:
        ask = Asking(client, world.settings)
        for path, query in (
            ("history", {}),
            ("families/F1/known", {"at": THEN}),
            ("families/F1/diff", {"since": THEN, "until": LATER}),
        ):
            assert ask("police", f"audit/{path}", **query)[0] == 403
