"""The web service."""

from __future__ import annotations

from services.settings import Settings
from services.web.app import create_app
from services.web.server import serve_app


async def serve(settings: Settings) -> None:
    """Serve HTTP on ``http_host:http_port`` until SIGTERM or SIGINT, on the running event loop.

    Raises:
        SystemExit: when the port is taken or the database cannot be reached at the start.
        NotPrivateError: when a secret of the web service can be read by others.
    """
    await serve_app(create_app(settings), settings.http_host, settings.http_port)
