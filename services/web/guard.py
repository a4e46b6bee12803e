"""Around every request: security headers, one line of log, and no fault that leaks out.

The log has the route's template, never the path, the query or a body: they hold family ids,
and what somebody typed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPMethod
from uuid import uuid4

import structlog
from opentelemetry.trace import Span
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.monitor.metrics import HTTP_REQUESTS, HTTP_SECONDS
from services.monitor.tracing import answering, carrier_of
from services.web.headers import SecurityHeaders
from services.web.problem import fault_response

log = structlog.get_logger(__name__)

NO_ROUTE = "(none)"
METHODS = frozenset(HTTPMethod)


class Guard:
    """ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        headers: SecurityHeaders,
        refuse: Callable[[Request, Response], Response],
    ) -> None:
        """``refuse`` makes of a problem what whoever asked can read."""
        self._app = app
        self._headers = headers
        self._refuse = refuse

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
                MutableHeaders(scope=message).update(self._headers.of(scope["path"]))
            await send(message)

        try:
            with answering(scope["method"], _headers(scope)) as span:
                await self._app(scope, receive, send_guarded)
                _describe(span, scope, status)
        except Exception:
            reference = str(uuid4())
            log.exception("web.fault", reference=reference)
            # Raised further it would reach the server's own log with its message. Half a response
            # cannot be followed by a second one; the server cuts it off.
            if status == 0:
                response = self._refuse(Request(scope), fault_response(reference))
                await response(scope, receive, send_guarded)
        _count_and_log(scope, status, time.perf_counter() - began)


def _headers(scope: Scope) -> dict[str, str]:
    return carrier_of(
        {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    )


def _describe(span: Span, scope: Scope, status: int) -> None:
    route = getattr(scope.get("route"), "path", NO_ROUTE)
    span.update_name(f"{scope['method']} {route}")
    span.set_attribute("http.request.method", scope["method"])
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    agency = scope.get("state", {}).get("agency")
    if agency is not None:
        span.set_attribute("oneplan.agency", agency)


def _count_and_log(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", NO_ROUTE)
    # What somebody makes up must not make a metric of its own.
    method = scope["method"] if scope["method"] in METHODS else "other"
    HTTP_REQUESTS.labels(method, route, str(status)).inc()
    HTTP_SECONDS.labels(route).observe(seconds)
    level = log.debug if route.startswith("/health") else log.info
    level(
        "http.request",
        method=scope["method"],
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
        agency=scope.get("state", {}).get("agency"),
    )
