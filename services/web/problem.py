"""Errors over HTTP: problem details (RFC 9457) that name the field and say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from eventsourcing.persistence import PersistenceError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from services.access.errors import AccessNotRecorded
from services.contracts.faults import said
from services.monitor.vitals import Vitals
from services.newer import UpgradeNeeded
from services.views.answers import BEING_UPGRADED
from services.views.errors import (
    BadQuestion,
    MergedFamily,
    NotAParty,
    NotForYou,
    NothingHappenedYet,
    NothingKnownYet,
    ViewError,
)

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"
RETRY_SECONDS = "5"
MOMENTS = frozenset({"known_at", "happened_until", "since", "until", "at"})
"""Parts of a request that are moments."""
MOMENT_HINT = "write it as 2026-03-01T09:30:00Z; a + must be sent as %2B"


class Problem(BaseModel):
    """Problem details. ``field`` and ``reason`` are the same as in an answer over NATS."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    reason: str


def problem_response(
    status: int,
    kind: str,
    reason: str,
    *,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem as a response.

    Args:
        kind: what goes wrong in general, as the last part of the problem's type.
        field: the part of the request that is wrong, if it is one part.
    """
    problem = Problem(
        type=f"urn:oneplan:problem:{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=reason if field is None else f"{field}: {reason}",
        field=field,
        reason=reason,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=status,
        headers=headers,
        media_type=PROBLEM_JSON,
    )


def fault_response(reference: str) -> JSONResponse:
    """The response to a fault of our own, which is logged with this reference."""
    return problem_response(
        500, "fault", f"a fault on our side, logged as {reference}; try again later"
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Let all errors of the application come out as problems."""
    app.exception_handler(NotAParty)(_not_a_party)
    app.exception_handler(NotForYou)(_not_for_you)
    app.exception_handler(MergedFamily)(_merged)
    app.exception_handler(NothingKnownYet)(_nothing_known)
    app.exception_handler(NothingHappenedYet)(_nothing_happened)
    app.exception_handler(BadQuestion)(_bad_question)
    app.exception_handler(AccessNotRecorded)(_not_recorded)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(UpgradeNeeded)(_upgrade_needed)
    app.exception_handler(SQLAlchemyError)(_unavailable)
    app.exception_handler(PersistenceError)(_unavailable)
    app.exception_handler(HTTPException)(_http_error)


async def _not_a_party(_request: Request, error: ViewError) -> JSONResponse:
    return problem_response(404, "not-a-party", error.reason, field=error.field)


async def _not_for_you(_request: Request, error: ViewError) -> JSONResponse:
    return problem_response(403, "not-for-you", error.reason, field=error.field)


async def _merged(_request: Request, error: ViewError) -> JSONResponse:
    return problem_response(404, "merged", error.reason, field=error.field)


async def _nothing_known(_request: Request, error: ViewError) -> JSONResponse:
    return problem_response(404, "nothing-known-yet", error.reason, field=error.field)


async def _nothing_happened(_request: Request, error: ViewError) -> JSONResponse:
    return problem_response(404, "nothing-happened-yet", error.reason, field=error.field)


async def _bad_question(_request: Request, error: ViewError) -> JSONResponse:
    return problem_response(422, "invalid", error.reason, field=error.field)


async def _not_recorded(_request: Request, error: ViewError) -> JSONResponse:
    headers = {"Retry-After": RETRY_SECONDS}
    return problem_response(503, "not-recorded", error.reason, headers=headers)


async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"][1:])) or str(first["loc"][0])
    reason = f"{first['msg']}; {MOMENT_HINT}" if field in MOMENTS else said(first)
    return problem_response(422, "invalid", reason, field=field)


async def _unavailable(_request: Request, error: Exception) -> JSONResponse:
    log.warning("web.no_database", error=type(error).__name__)
    return problem_response(
        503,
        "unavailable",
        "the database does not answer now; try again later",
        headers={"Retry-After": RETRY_SECONDS},
    )


async def _upgrade_needed(request: Request, error: UpgradeNeeded) -> JSONResponse:
    log.error("web.upgrade_needed", reason=str(error))
    vitals: Vitals = request.app.state.vitals
    vitals.met_newer(error)
    return problem_response(
        503, "upgrade-needed", BEING_UPGRADED, headers={"Retry-After": RETRY_SECONDS}
    )


async def _http_error(_request: Request, error: HTTPException) -> JSONResponse:
    kind = HTTPStatus(error.status_code).name.lower().replace("_", "-")
    return problem_response(error.status_code, kind, error.detail, headers=error.headers)
