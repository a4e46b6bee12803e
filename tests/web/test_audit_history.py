"""The history as a stream: whole in each form, read as fast as it is taken, or seen to be cut."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from eventsourcing.persistence import OperationalError
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pyarrow import parquet

from domain.need_to_know.viewer import Viewer
from services.access import open_access_log
from services.audit import replay as replaying
from services.audit.replay import HistoryEntry, replay
from services.store.told import Told
from services.web import audit_history
from services.web.access import _asking_viewer
from services.web.app import create_app
from tests.audit.test_replay import LongHistory
from tests.identity.support import free_port, serving
from tests.support.viewers import AUDITOR
from tests.support.world import World

PATH = "/api/v1/audit/history"
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def as_auditor() -> Viewer:
    return AUDITOR


@pytest.fixture
def app(world: World) -> FastAPI:
    """The web application, to which whoever asks is an auditor."""
    made = create_app(world.settings)
    made.dependency_overrides[_asking_viewer] = as_auditor
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as started:
        yield started


def from_lines(body: bytes) -> list[Any]:
    return [json.loads(line) for line in body.splitlines()]


def from_csv(body: bytes) -> list[Any]:
    rows = csv.DictReader(io.StringIO(body.decode(), newline=""))
    return [{name: value or None for name, value in row.items()} for row in rows]


def from_parquet(body: bytes) -> list[Any]:
    return list(parquet.read_table(io.BytesIO(body)).to_pylist())


def problem(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].rpartition(":")[2]


def entries(rows: list[Any]) -> list[HistoryEntry]:
    facts = ((row, row["facts"]) for row in rows)
    return [
        HistoryEntry.model_validate(
            {**row, "facts": json.loads(said) if isinstance(said, str) else said}
        )
        for row, said in facts
    ]


FORMS: list[tuple[str, str, Callable[[bytes], list[Any]]]] = [
    ("jsonl", "application/x-ndjson", from_lines),
    ("csv", "text/csv", from_csv),
    ("parquet", "application/vnd.apache.parquet", from_parquet),
]


def test_each_form_holds_the_history_and_is_gone_on_with(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "PAGE", 3)
    whole = list(replay(world.log))
    third = whole[2].position
    for form, media_type, read in FORMS:
        by_name = client.get(PATH, params={"format": form})
        by_accept = client.get(PATH, headers={"Accept": f"text/html, {media_type};q=0.8"})
        for response in (by_name, by_accept):
            assert response.headers["Content-Type"].split(";")[0] == media_type
            assert entries(read(response.content)) == whole
        rest = client.get(PATH, params={"format": form, "after": third})
        assert entries(read(rest.content)) == whole[3:]
        none = client.get(PATH, params={"format": form, "family_id": "F9"})
        assert (none.status_code, read(none.content)) == (200, [])
    chosen = {"family_id": "F2", "agency": "school", "until": "2026-03-02T12:00:00Z"}
    found = entries(from_lines(client.get(PATH, params=chosen).content))
    assert found == [one for one in whole if (one.family_id, one.agency) == ("F2", "school")]
    assert 0 < len(found) < len(whole)
    assert client.get(PATH, params={"since": "2026-03-02T12:00:01Z"}).content == b""


@ON_SQLITE
def test_what_is_wrong_is_a_problem_with_its_field(client: TestClient) -> None:
    for name, value in {
        "family_id": "Anna de Vries",
        "agency": "Anna",
        "since": "gisteren",
        "until": "2026-03-02T12:00:00",
        "after": "-1",
        "format": "table",
    }.items():
        response = client.get(PATH, params={name: value})
        assert (response.status_code, response.json()["field"]) == (422, name)
        assert "Anna" not in response.text
    too_large = client.get(PATH, params={"after": str(2**63)})
    assert (too_large.status_code, too_large.json()["field"]) == (422, "after")
    for accept in ("text/html", "nonsense", ""):
        response = client.get(PATH, headers={"Accept": accept})
        assert (response.status_code, response.json()["field"]) == (406, "Accept")
        assert response.headers["Content-Type"] == "application/problem+json"


@ON_SQLITE
def test_each_family_is_on_record_before_anything_of_it_leaves(
    client: TestClient, world: World, logs: list[dict[str, Any]]
) -> None:
    client.get(PATH, params={"family_id": "F2"})
    assert logs[-1]["route"] == PATH
    with open_access_log(world.settings) as access_log:
        assert access_log.of_family("F1").entries == ()
        (look,) = access_log.of_family("F2").entries
    assert (look.view, look.role, look.purpose) == ("history", "auditor", "audit")
    app: Any = client.app
    app.state.access_log.close()
    refused = client.get(PATH)
    assert (refused.status_code, refused.json()["type"]) == (
        503,
        "urn:oneplan:problem:not-recorded",
    )


class Watched(LongHistory):
    """A long history that counts how often it was asked, and may fail."""

    def __init__(self, count: int, fails_after: int | None = None) -> None:
        super().__init__(count)
        self.asked = 0
        self.fails_after = fails_after

    def told_after(self, position: int, limit: int) -> list[Told]:
        if self.fails_after is not None and position >= self.fails_after:
            raise OperationalError("gone")
        self.asked += 1
        return super().told_after(position, limit)


def instead(monkeypatch: pytest.MonkeyPatch, history: LongHistory) -> None:
    monkeypatch.setattr(audit_history, "EventLog", lambda _application: history)
    monkeypatch.setattr(replaying, "PAGE", 10)


@pytest.mark.anyio
@ON_SQLITE
@pytest.mark.parametrize("query", [b"format=csv", b"format=jsonl&family_id=F9"])
async def test_no_more_is_read_than_is_taken_and_nothing_for_who_went_away(
    app: FastAPI, query: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a long search that finds nothing."""
    history = Watched(1_000_000)
    instead(monkeypatch, history)
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": PATH,
        "query_string": query,
        "headers": [],
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }
    pieces, read_at_each = 0, list[int]()
    stuck, gone = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal pieces
        if message["type"] == "http.response.start":
            return
        pieces += 1
        read_at_each.append(history.asked)
        if pieces == 3:
            # As a server does whose client takes nothing more: it waits.
            stuck.set()
            await asyncio.Event().wait()

    async with app.router.lifespan_context(app):
        request = asyncio.create_task(app({**scope}, receive, send))
        await asyncio.wait_for(stuck.wait(), 10)
        assert read_at_each == [1, 2, 3]
        gone.set()
        await asyncio.wait_for(request, 10)
    assert history.asked == 3


@ON_SQLITE
def test_a_history_that_is_cut_short_is_seen_to_be_and_gone_on_with(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = Watched(50, fails_after=30)
    instead(monkeypatch, history)
    port = free_port()
    with serving(app, port), httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        got = b""
        try:
            with client.stream("GET", PATH) as response:
                for piece in response.iter_raw():
                    got += piece
        except httpx.RemoteProtocolError as error:
            cut_short = str(error)
        assert "without sending complete message body" in cut_short
        positions = [one["position"] for one in from_lines(got)]
        assert positions == list(range(1, 31))
        assert problem(client.get(PATH, params={"after": 30})) == (503, "unavailable")
        history.fails_after = None
        rest = from_lines(client.get(PATH, params={"after": 30}).content)
        assert [one["position"] for one in rest] == list(range(31, 51))
