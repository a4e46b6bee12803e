"""The monitor port of a process: ``/metrics``, ``/live`` and ``/ready``, in a thread of its own.

It has no sign-in, so it listens on loopback unless the settings say otherwise, and then on a
network that only the monitoring reaches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer
from pydantic import BaseModel

from services.monitor.process import ProcessCollector
from services.monitor.vitals import Vitals
from services.settings import Settings

log = structlog.get_logger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
OK, UNAVAILABLE, NOT_FOUND = "200 OK", "503 Service Unavailable", "404 Not Found"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        """Whoever looks every few seconds is not worth a line."""


class MonitorApp:
    """The WSGI application behind the port."""

    def __init__(self, vitals: Vitals, registry: CollectorRegistry = REGISTRY) -> None:
        self._vitals = vitals
        self._metrics = make_wsgi_app(registry)

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        match environ.get("PATH_INFO"):
            case "/metrics":
                page: Iterable[bytes] = self._metrics(environ, start)
                return page
            case "/live":
                alive = self._vitals.alive()
                return _json(start, OK if alive.ok else UNAVAILABLE, alive)
            case "/ready":
                found = self._vitals.readiness()
                return _json(start, OK if found.ready else UNAVAILABLE, found)
            case _:
                start(NOT_FOUND, [("Content-Type", "text/plain")])
                return [b"/metrics, /live and /ready\n"]


@contextmanager
def monitored(settings: Settings, vitals: Vitals) -> Iterator[None]:
    """Serve the monitor port of the settings, if they name one, until the end of the block.

    Raises:
        OSError: when the port is taken.
    """
    collector = ProcessCollector(settings, vitals)
    REGISTRY.register(collector)
    try:
        if settings.monitor_port is None:
            yield
            return
        with make_server(
            settings.monitor_host,
            settings.monitor_port,
            MonitorApp(vitals),
            ThreadingWSGIServer,
            _Quiet,
        ) as server:
            # The pause is what a service waits for at most when it stops.
            serve = partial(server.serve_forever, poll_interval=0.1)
            thread = threading.Thread(target=serve, name="monitor", daemon=True)
            thread.start()
            log.info("monitor.listens", port=server.server_port)
            try:
                yield
            finally:
                server.shutdown()
                thread.join()
    finally:
        REGISTRY.unregister(collector)


def _json(start: StartResponse, status: str, body: BaseModel) -> list[bytes]:
    start(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [body.model_dump_json().encode()]
