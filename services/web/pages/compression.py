"""Pages get smaller on their way, where nobody can learn from how small they get.

How small a page becomes tells whether a text that somebody else chose occurs twice in it (BREACH).
To use that takes many answers to requests which that person causes. So only what somebody opens
from our own pages, or by its address, is compressed: the browser says which it is, and no other
page can say so for it (W3C Fetch Metadata, Sec-Fetch-Site and Sec-Fetch-Mode). What a page asks
for by itself, such as what is different in it, is not.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from services.web.pages.static import STATIC

OPENED_BY_ONESELF = frozenset({"same-origin", "none"})


class CompressPages:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = CompressMiddleware(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        app = self._compressed if _may_be_smaller(scope) else self._plain
        await app(scope, receive, send)


def _may_be_smaller(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["path"].startswith(STATIC):
        return False
    headers = Headers(scope=scope)
    return (
        headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-site") in OPENED_BY_ONESELF
    )
