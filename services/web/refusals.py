"""What goes wrong with letting people in, as problem details."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from services.identity.errors import (
    ClaimsRefused,
    IdentityError,
    IssuerUnavailable,
    SignInRefused,
    TokenRefused,
)
from services.web.limits import RateLimited
from services.web.problem import RETRY_SECONDS, problem_response

log = structlog.get_logger(__name__)


def add_refusal_handlers(app: FastAPI) -> None:
    """Let these errors come out as problems."""
    app.exception_handler(SignInRefused)(_not_signed_in)
    app.exception_handler(TokenRefused)(_not_signed_in)
    app.exception_handler(ClaimsRefused)(_forbidden)
    app.exception_handler(IssuerUnavailable)(_no_issuer)
    app.exception_handler(RateLimited)(_too_often)


async def _not_signed_in(_request: Request, error: IdentityError) -> JSONResponse:
    log.info("auth.refused", reason=error.reason)
    return problem_response(400, "sign-in", error.reason)


async def _forbidden(_request: Request, error: IdentityError) -> JSONResponse:
    log.info("auth.forbidden", reason=error.reason)
    return problem_response(403, "forbidden", error.reason)


async def _no_issuer(_request: Request, error: IdentityError) -> JSONResponse:
    return problem_response(
        503, "no-identity-provider", error.reason, headers={"Retry-After": RETRY_SECONDS}
    )


async def _too_often(_request: Request, error: RateLimited) -> JSONResponse:
    return problem_response(
        429,
        "too-many-requests",
        f"too many requests; try again in {error.seconds} s",
        headers={"Retry-After": str(error.seconds)},
    )
