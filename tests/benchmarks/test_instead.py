"""What one would build instead does what it is compared for; and what holds a rate holds it."""

from __future__ import annotations

import time

import orjson
import pytest
from fastapi.testclient import TestClient

from benchmarks import load
from benchmarks.instead import create_app
from benchmarks.paced import paced
from benchmarks.registry import BENCHMARKS
from tests.support.postgres import drop_database, new_database


def test_it_takes_each_event_once_and_keeps_all_facts(postgres_url: str) -> None:
    made = list(load.one_family("F1", 60))
    url = new_database(postgres_url)
    with TestClient(create_app(url, "token"), headers={"Authorization": "Bearer token"}) as client:
        bodies = [orjson.dumps(one) for one in made]
        assert {client.post("/events", content=one).status_code for one in bodies} == {201}
        assert client.post("/events", content=bodies[-1]).status_code == 200
        assert client.post("/events", content=b'{"id": "x"}').status_code == 422
        plan = client.get("/families/F1/plan").json()
        assert plan["lead"]["lead"]["person_id"] == load.LEAD["person_id"]
        notes = [one["data"] for one in made if one["type"] == f"nl.oneplan.{load.NOTE}"]
        assert {one["entry_id"] for one in plan["note"]} == {one["note_id"] for one in notes}
        wrong = {"Authorization": "Bearer other"}
        assert client.get("/families/F1/plan", headers=wrong).status_code == 401
    drop_database(postgres_url, url)


@pytest.mark.anyio
async def test_what_is_late_does_not_hold_up_what_is_due() -> None:
    done = dict[int, float]()

    async def act(place: int) -> None:
        done[place] = time.time()

    due = await paced(200, 20, act)
    assert [round(later - due[0], 3) for later in due[:3]] == [0.0, 0.005, 0.01]
    assert all(done[place] >= at for place, at in enumerate(due))


def test_all_benchmarks_are_known_by_name() -> None:
    assert list(BENCHMARKS)[:2] == ["ingest", "ingest-nats"]
    assert {"latency", "pages", "start-up", "instead", "memory"} < set(BENCHMARKS)
