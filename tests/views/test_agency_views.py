"""Duties and feedback over NATS and HTTP: each agency reads its own, and a stranger nothing."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.bus.connect import connected
from services.bus.credentials import ensure_credentials
from services.web.app import create_app
from tests.support.bus import running_bus
from tests.support.events import NOW
from tests.support.reports import reported, told
from tests.support.world import World
from tests.views.test_views_service import ask, views_running
from tests.web.support import Asking

FEEDBACK: list[dict[str, Any]] = [
    {
        "report_id": "r1",
        "agency": "veilig-thuis",
        "stage": "received",
        "text": "Uw melding is binnen.",
        "at": "2026-03-02T12:00:00Z",
    }
]
# By Monday 9 and Wednesday 11 March: five and seven working days from Monday 2 March.
DUTIES = [("F1", "r1", "triage"), ("F1", "r1", "feedback-triaged")]
SECRETS = ("F1", "Anna", "Bram", "Juf Vos", "Blauwe")


def take_a_report(world: World) -> None:
    world.take(reported(), told(NOW))


def duties_in(view: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["family_id"], one["report_id"], one["kind"]) for one in view["duties"]]


@pytest.mark.anyio
async def test_each_agency_reads_its_own_over_nats(world: World) -> None:
    take_a_report(world)
    with running_bus(world.settings) as settings:
        async with (
            views_running(settings),
            connected(settings, "school") as school,
            connected(settings, "veilig-thuis") as veilig_thuis,
            connected(settings, "police") as police,
        ):
            heard = await ask(school, "feedback-received", b"", "school")
            assert heard["view"] == {"agency": "school", "feedback": FEEDBACK, "next": None}
            assert not any(secret in str(heard) for secret in SECRETS)
            to_do = await ask(veilig_thuis, "duties", {"limit": 5}, "veilig-thuis")
            assert duties_in(to_do["view"]) == DUTIES
            for client, agency, topic, rows in (
                (school, "school", "duties", "duties"),
                (police, "police", "duties", "duties"),
                (police, "police", "feedback-received", "feedback"),
                (veilig_thuis, "veilig-thuis", "feedback-received", "feedback"),
            ):
                answer = await ask(client, topic, b"", agency)
                assert answer["view"] == {"agency": agency, rows: [], "next": None}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_each_agency_reads_its_own_over_http(world: World) -> None:
    take_a_report(world)
    ensure_credentials(world.settings)
    nowhere = world.settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with TestClient(create_app(nowhere)) as client:
        ask_http = Asking(client, world.settings)
        heard = ask_http("school", "feedback-received")
        assert heard == (200, {"agency": "school", "feedback": FEEDBACK, "next": None})
        status, to_do = ask_http("veilig-thuis", "duties")
        assert (status, duties_in(to_do)) == (200, DUTIES)
        for agency, path, rows in (
            ("school", "duties", "duties"),
            ("police", "duties", "duties"),
            ("police", "feedback-received", "feedback"),
        ):
            assert ask_http(agency, path) == (200, {"agency": agency, rows: [], "next": None})
        for path in ("duties", "feedback-received"):
            status, problem = ask_http("school", path, after="nonsense")
            assert (status, problem["field"]) == (422, "after")
            assert client.get(f"/api/v1/{path}").status_code == 401
        # The reporter's agency takes no part, so the family's own view stays closed to it.
        assert ask_http("school", "families/F1/feedback")[0] == 404
        assert ask_http("school", "families/F1/terms") == ask_http("school", "families/F9/terms")
