"""What is told of all families together: every agency gets the same, on every path."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from projections.learning import LEARNING
from services.bus.connect import connected
from services.bus.credentials import ensure_credentials
from services.settings import AGENCIES
from services.web.app import create_app
from tests.support.bus import running_bus
from tests.support.world import World
from tests.views.test_views_service import ask, views_running
from tests.web.support import bearer

NOTHING: dict[str, Any] = {
    "smallest_group": 10,
    "repeat_reports": [],
    "feedback": [],
    "after_measures": [],
}
"""Of two families nothing may be told."""


@pytest.mark.anyio
async def test_each_agency_is_told_the_same_over_nats(world: World) -> None:
    with running_bus(world.settings) as settings:
        async with views_running(settings), connected(settings, "school") as school:
            for question in (b"", b"{}"):
                answer = await ask(school, "learning", question, agency="school")
                assert answer == {"status": "ok", "view": NOTHING, "withheld": [], "partly": []}
            refused = await ask(school, "learning", {"family_id": "F1"}, agency="school")
            assert (refused["status"], refused["field"]) == ("error", "family_id")
    assert world.views.common(LEARNING).model_dump(mode="json") == NOTHING


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_each_agency_is_told_the_same_over_http(world: World) -> None:
    ensure_credentials(world.settings)
    nowhere = world.settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    with TestClient(create_app(nowhere)) as client:
        for agency in AGENCIES:
            response = client.get("/api/v1/learning", headers=bearer(world.settings, agency.code))
            assert response.status_code == 200
            assert orjson.loads(response.content) == NOTHING
        assert client.get("/api/v1/learning").status_code == 401
