"""The description of the API, and the pages that show it without the internet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.testclient import TestClient

from projections.registry import AGENCY_VIEWS, COMMON_VIEWS, FAMILY_VIEWS
from services.bus.credentials import ensure_credentials
from services.settings import Settings
from services.web.app import create_app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The application on an empty SQLite database."""
    settings = Settings(data_dir=tmp_path, nats_url="nats://127.0.0.1:1")
    ensure_credentials(settings)
    with TestClient(create_app(settings)) as started:
        yield started


def described(client: TestClient) -> dict[str, Any]:
    description: dict[str, Any] = client.get("/openapi.json").json()
    return description


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_the_description_is_valid_and_whole(client: TestClient) -> None:
    description = described(client)
    OpenAPI.model_validate(description)
    schemas = description["components"]["schemas"]
    used = set(references(description))
    assert used == {f"#/components/schemas/{name}" for name in schemas}
    tags = {tag["name"] for tag in description["tags"]}
    assert set(description["paths"]) == {
        "/api/v1/families",
        *(f"/api/v1/families/{{family_id}}/{view.name}" for view in FAMILY_VIEWS),
        *(f"/api/v1/{view.name}" for view in AGENCY_VIEWS),
        *(f"/api/v1/{view.name}" for view in COMMON_VIEWS),
        "/api/v1/families/{family_id}/timeline",
        "/api/v1/families/{family_id}/access-records",
        "/api/v1/leads/{person_id}/caseload",
        "/api/v1/families/{family_id}/export/fhir",
        "/api/v1/families/{family_id}/export/dossier",
        "/api/v1/audit/history",
        "/api/v1/audit/families/{family_id}/diff",
        "/api/v1/audit/families/{family_id}/known",
        "/api/v1/persons/pseudonym",
        "/health/live",
        "/health/ready",
    }
    for path in description["paths"].values():
        for operation in path.values():
            assert set(operation["tags"]) <= tags
            assert operation["summary"]
            assert operation["description"]
            taken = next(one for status, one in operation["responses"].items() if status < "300")
            media_type, content = next(iter(taken["content"].items()))
            if operation["tags"] == ["exports"]:
                assert media_type in {"application/fhir+json", "application/pdf"}
            else:
                assert "$ref" in content["schema"]


def test_family_data_asks_for_the_token_and_errors_are_problems(client: TestClient) -> None:
    description = described(client)
    assert description["components"]["securitySchemes"]["agency token"]["scheme"] == "bearer"
    for name, path in description["paths"].items():
        if not name.startswith("/api/"):
            assert "security" not in path["get"]
            continue
        assert "post" not in path or "400" in path["post"]["responses"]
        for operation in path.values():
            assert operation["security"] == [{"agency token": []}, {"session": []}]
            for status in ("401", "403", "422", "429", "500", "503"):
                content = operation["responses"][status]["content"]
                assert list(content) == ["application/problem+json"]
            for parameter in operation.get("parameters", []):
                assert parameter["description"]
    plan = description["paths"]["/api/v1/families/{family_id}/plan"]["get"]
    family = next(one for one in plan["parameters"] if one["name"] == "family_id")
    assert family["schema"]["pattern"]


def test_the_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    for page in ("/docs", "/redoc", "/"):
        html = client.get(page).text
        loaded = re.findall(r'(?:src|href)="([^"]+)"', html)
        assert loaded
        for address in loaded:
            assert address.startswith(("/", "#"))
            assert client.get(address).status_code in {200, 503}, address
