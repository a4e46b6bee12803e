"""The OpenAPI description, with problems under their own media type."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.web.problem import PROBLEM_JSON

PROBLEM = {"$ref": "#/components/schemas/Problem"}

TAGS = [
    {"name": "families", "description": "The plans your agency takes part in."},
    {"name": "exports", "description": "A plan for other systems, and on paper."},
    {"name": "agencies", "description": "Your agency's own work, over all families."},
    {"name": "learning", "description": "Counts over all families, none of them to be known by."},
    {"name": "persons", "description": "Pseudonyms for BSNs, to describe persons with."},
    {"name": "leads", "description": "The caseload of a lead caseworker of your agency."},
    {"name": "audit", "description": "The whole history, and what was known when: for auditors."},
    {"name": "health", "description": "For whoever keeps the service running; no token needed."},
]


def use_problem_media_type(app: FastAPI) -> None:
    """Let ``app.openapi()`` say ``application/problem+json`` wherever a Problem is the answer."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            for path in schema["paths"].values():
                for operation in path.values():
                    _correct(operation["responses"])
            app.openapi_schema = schema
        return app.openapi_schema

    # FastAPI's own way of changing the description.
    app.openapi = describe  # type: ignore[method-assign]


def _correct(responses: dict[str, dict[str, Any]]) -> None:
    for response in responses.values():
        for said in response.get("content", {}).values():
            if said.get("schema") == PROBLEM:
                response["content"] = {PROBLEM_JSON: said}
