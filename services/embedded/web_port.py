"""The port of the web service: choosing it, and asking there whether the service is ready."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
from pathlib import Path

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not bound to, but translated
"""Where to ask a server that listens on all addresses."""


def free_port(host: str, preferred: int) -> int:
    """The preferred port when nobody listens there, or any free one (0 prefers none).

    Another process may take it before the web service does; then that dies and is started again
    on another one.

    Raises:
        OSError: when this host is not ours or no port is free.
    """
    with contextlib.suppress(OSError):
        return _bind(host, preferred)
    return _bind(host, 0)


def http_url(host: str, port: int, *, tls: bool = False) -> str:
    """The URL at which a browser on this machine finds the web service."""
    scheme = "https" if tls else "http"
    reachable = EVERYWHERE.get(host, host)
    return f"{scheme}://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"


def is_ready(host: str, port: int, cert: Path | None = None) -> bool:
    """Whether the web service answers ``GET /health/ready`` with 200.

    Args:
        cert: its certificate when it speaks TLS. Only that one is accepted, under whatever name:
            on this machine it is not called as others call it.
    """
    connection = _connection(EVERYWHERE.get(host, host), port, cert)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(host: str, port: int, cert: Path | None) -> http.client.HTTPConnection:
    if cert is None:
        return http.client.HTTPConnection(host, port, timeout=2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cert)
    return http.client.HTTPSConnection(host, port, timeout=2, context=context)


def _bind(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        bound: int = probe.getsockname()[1]
        return bound
