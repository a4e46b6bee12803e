"""uvicorn, which ends in order when asked to."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
BACKLOG = 2048
"""Connections that may wait to be taken, as many as uvicorn lets."""
GRACE_SECONDS = 5
"""How long requests under way may take once the service is asked to stop."""


class Server(uvicorn.Server):
    """uvicorn without its way with signals, which ends the process by the same signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to :func:`serve_app`."""
        yield


async def serve_app(
    app: FastAPI,
    host: str,
    port: int,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    on_stop: Callable[[], None] | None = None,
    shared: bool = False,
) -> None:
    """Serve an application until SIGTERM or SIGINT, on the running event loop.

    Args:
        on_stop: ends what has no end of its own, such as streams; else they are waited for.
        shared: whether other processes of ours answer on this port too; the system then chooses
            for each connection who gets it.
        certificate: with it and its ``key`` (PEM files) it is HTTPS only.

    Raises:
        SystemExit: when the port is taken or the application does not start.
        OSError: when the port that is shared is taken by others.
    """
    server = Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            ssl_certfile=certificate,
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
        if on_stop is not None:
            on_stop()

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await server.serve([_shared_socket(host, port)] if shared else None)
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)


def _shared_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=True)
