"""Around every request: security headers, one line of log, and no fault that leaks out.

The log has the route's template, never the path, the query or a body: they hold family ids,
and what somebody typed.
"""

from __future__ import annotations

import time
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.problem import fault_response

log = structlog.get_logger(__name__)

NO_ROUTE = "(none)"
STATIC = "/static-offline-docs"
DOCS = frozenset({"/docs", "/redoc", "/docs/oauth2-redirect"})

POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
# Swagger UI and ReDoc come with a script in the page itself; they show no family's data.
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src blob:; frame-ancestors 'none'; base-uri 'none'"
)


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; lifespan events pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _secure(scope["path"], MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception:
            reference = str(uuid4())
            log.exception("web.fault", reference=reference)
            # Raised further it would reach the server's own log with its message. Half a response
            # cannot be followed by a second one; the server cuts it off.
            if status == 0:
                await fault_response(reference)(scope, receive, send_guarded)
        _log(scope, status, time.perf_counter() - began)


def _secure(path: str, headers: MutableHeaders) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["Content-Security-Policy"] = DOCS_POLICY if path in DOCS else POLICY
    if not path.startswith(STATIC):
        headers["Cache-Control"] = "no-store"


def _log(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", NO_ROUTE)
    level = log.debug if route.startswith("/health") else log.info
    level(
        "http.request",
        method=scope["method"],
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
        agency=scope.get("state", {}).get("agency"),
    )
