"""No other site can act with a signed-in person's cookie: starlette-csrf, for forms too.

The library compares a cookie with a header. A page without scripts sends a form field instead.
Requests with a bearer token need nothing of it: a browser never adds that token by itself.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Collection
from pathlib import Path
from urllib.parse import parse_qs

import structlog
from itsdangerous import BadSignature
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_csrf.middleware import CSRFMiddleware

from services.files import create_private, read_private
from services.settings import Settings
from services.web.problem import problem_response

log = structlog.get_logger(__name__)

SECRET_FILE = "_web.secret"  # noqa: S105 - where it lies, not what it is
FIELD = "csrf_token"
HEADER = "x-csrf-token"
BODY = "form_body"
"""Where in the request's state the body of a form stands."""
FORM_TYPE = "application/x-www-form-urlencoded"
MOST_FORM_BYTES = 262_144
PAGES = "/auth/"
"""Where the cookie is given: everybody who has a session came by here."""
RENEWED_AT = "/auth/callback"


def web_secret(settings: Settings) -> str:
    """The secret that signs the tokens, shared by all web processes on one credentials folder.

    Where that folder cannot be written this process makes one for itself; then a form that was
    opened before a restart is refused once.

    Raises:
        CredentialsError: when others can read it.
    """
    path = settings.credentials / SECRET_FILE
    if not path.exists():
        _create(path)
    return read_private(path) if path.exists() else secrets.token_urlsafe(32)


def _create(path: Path) -> None:
    try:
        create_private(path, lambda: secrets.token_urlsafe(32))
    except OSError as error:
        log.warning("web.secret_not_kept", error=type(error).__name__)


def csrf_token(request: Request) -> str | None:
    """What a form of ours carries in the field ``csrf_token``, or a script in ``X-CSRF-Token``."""
    return request.cookies.get(request.app.state.cookies.csrf)


class Csrf(CSRFMiddleware):
    """The library's middleware; what it refuses is a problem, and it reads form fields."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        secret: str,
        https: bool,
        cookie: str,
        sessions: Collection[str],
        refuse: Callable[[Request, Response], Response],
    ) -> None:
        """``sessions`` are the cookies that let somebody act; without one nothing is checked.

        ``refuse`` makes of a problem what whoever asked can read.
        """
        self._refuse = refuse
        super().__init__(
            app,
            secret,
            sensitive_cookies=set(sessions),
            cookie_name=cookie,
            cookie_secure=https,
            cookie_httponly=True,
            cookie_samesite="lax",
            header_name=HEADER,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or _has_bearer(scope):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        if request.method == "POST" and request.headers.get("content-type", "").startswith(
            FORM_TYPE
        ):
            try:
                body = await _body(request)
            except ClientDisconnect:
                return
            if body is None:
                too_large = problem_response(413, "too-large", "this form is too large")
                response = self._refuse(request, too_large)
                await response(scope, receive, send)
                return
            scope.setdefault("state", {})[FIELD] = _field(body)
            scope["state"][BODY] = body
            receive = _again(body, receive)
        await super().__call__(scope, receive, send)

    async def send(self, message: Message, send: Send, scope: Scope) -> None:
        """Give the cookie with our own pages only: where there is none, or one that is no good."""
        if message["type"] != "http.response.start" or not scope["path"].startswith(PAGES):
            await send(message)
            return
        given = Request(scope).cookies.get(self.cookie_name)
        if scope["path"] == RENEWED_AT or (given is not None and not self._is_ours(given)):
            # Whoever planted a cookie before the sign-in must not know the token after it.
            headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            scope = {**scope, "headers": headers}
        await super().send(message, send, scope)

    async def _get_submitted_csrf_token(self, request: Request) -> str | None:
        header = request.headers.get(self.header_name)
        field: str | None = request.scope.get("state", {}).get(FIELD)
        return header if header is not None else field

    def _is_ours(self, token: str) -> bool:
        try:
            self.serializer.loads(token)
        except BadSignature:
            return False
        return True

    def _get_error_response(self, request: Request) -> Response:
        problem = problem_response(
            403,
            "csrf",
            f"send the token of GET /auth/me in the header {HEADER} or the form field {FIELD}; "
            "if this was a form, open it again",
        )
        return self._refuse(request, problem)


def _has_bearer(scope: Scope) -> bool:
    given = dict(scope["headers"]).get(b"authorization", b"")
    return bool(given[:7].lower() == b"bearer ")


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM_BYTES:
            return None
    return bytes(body)


def _field(body: bytes) -> str | None:
    try:
        values = parse_qs(body.decode("utf-8"), max_num_fields=1000).get(FIELD, [])
    except ValueError:
        return None
    return values[0] if len(values) == 1 else None


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read, once more; then what else comes."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive_again(later: Receive) -> Message:
        return next(messages, None) or await later()

    return functools.partial(receive_again, receive)
