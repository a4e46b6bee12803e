"""The web service: uvicorn, which ends in order when asked to."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

import uvicorn

from services.bus.tls import check_pair
from services.settings import Settings
from services.web.app import create_app

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
GRACE_SECONDS = 5
"""How long requests under way may take once the service is asked to stop."""


class Server(uvicorn.Server):
    """uvicorn without its way with signals, which ends the process by the same signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to :func:`serve`."""
        yield


async def serve(settings: Settings) -> None:
    """Serve HTTP on ``http_host:http_port`` until SIGTERM or SIGINT, on the running event loop.

    With ``http_tls_cert`` in the settings it is HTTPS only.

    Raises:
        CredentialsError: when that certificate or its key cannot be used.
        SystemExit: when the port is taken or the database cannot be reached at the start.
    """
    cert, key = settings.http_tls_cert, settings.http_tls_key
    if cert is not None and key is not None:
        check_pair("http_tls", cert, key)
    server = Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.http_host,
            port=settings.http_port,
            ssl_certfile=cert,
            ssl_keyfile=key,
            lifespan="on",
            # Its lines hold paths and queries; the application logs each request itself.
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )

    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await server.serve()
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
