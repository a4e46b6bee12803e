"""The AsyncAPI document says what the applications take and send, and the page is all ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from services.bus.credentials import ensure_credentials
from services.contracts.data import DATA_BY_TYPE
from services.settings import Settings
from services.views.service import TOPICS
from services.web.app import create_app
from services.web.asyncapi_document import document

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with credentials; no nats-server."""
    made = Settings(data_dir=tmp_path_factory.mktemp("asyncapi"), nats_url="nats://127.0.0.1:1")
    ensure_credentials(made)
    return made


@pytest.fixture(scope="module")
def described(settings: Settings) -> dict[str, Any]:
    return document(settings)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as started:
        yield started


def found(described: dict[str, Any], reference: str) -> Any:
    """What a reference within the document leads to. Raises KeyError."""
    place: Any = described
    for step in reference.removeprefix("#/").split("/"):
        place = place[unquote(step)]
    return place


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_it_has_every_subject_with_what_goes_over_it(described: dict[str, Any]) -> None:
    assert described["asyncapi"] == "3.0.0"
    addresses = {one["address"] for one in described["channels"].values()}
    assert addresses >= {f"views.{{agency}}.{topic.name}" for topic in TOPICS}
    assert addresses >= {"agency.{agency}.{family}.{type}", "party.{agency}.receipt.{event}"}
    assert set(described["channels"]["agency events"]["messages"]) == set(DATA_BY_TYPE)
    assert all(found(described, one) for one in set(references(described)))
    for operation in described["operations"].values():
        assert found(described, operation["channel"]["$ref"])["messages"]
    plan = found(described, described["operations"]["views plan"]["reply"]["channel"]["$ref"])
    assert set(plan["messages"]) == {"PlanViewAnswer", "ErrorAnswer"}
    # Where our servers are is not for everybody.
    assert "127.0.0.1" not in json.dumps(described)


def test_the_examples_are_what_it_says(described: dict[str, Any]) -> None:
    looked_at = 0
    for path in EXAMPLES.glob("nl.oneplan.*.json"):
        message = described["components"]["messages"][path.stem]
        schema = {**message["payload"], "components": described["components"]}
        Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))
        looked_at += 1
    assert looked_at == len(DATA_BY_TYPE)


def test_the_page_needs_nothing_from_elsewhere(client: TestClient) -> None:
    assert 'href="/asyncapi"' in client.get("/").text
    page = client.get("/asyncapi")
    (script,) = re.findall(r'<script type="module" src="([^"]+)"></script>', page.text)
    assert "http" not in page.text.removeprefix("<!doctype html>")
    assert client.get(script).headers["content-type"].startswith("text/javascript")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert client.get("/asyncapi.json").json()["info"]["title"] == "One Plan over NATS"
