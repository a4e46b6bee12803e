"""The way to PostgreSQL: how soon either end of a connection notices that it leads nowhere.

A cable that is pulled says nothing. Left alone a client waits two hours for an answer, and the
server keeps as long what the client had locked, so that no other can take its work over.
"""

from __future__ import annotations

CONNECT_SECONDS = 5
"""How long to wait for a connection."""
DEAD_SECONDS = 10
"""How long the other end may be silent, when it should at least confirm what it got."""

_IDLE_SECONDS, _BETWEEN_SECONDS, _PROBES = 4, 2, 3

PARAMETERS: dict[str, str | int] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": _IDLE_SECONDS,
    "keepalives_interval": _BETWEEN_SECONDS,
    "keepalives_count": _PROBES,
    "tcp_user_timeout": DEAD_SECONDS * 1000,
}
"""For our end, in the words of libpq. They do nothing on a socket of this machine."""

_FOR_THE_SERVER = {
    "tcp_keepalives_idle": _IDLE_SECONDS,
    "tcp_keepalives_interval": _BETWEEN_SECONDS,
    "tcp_keepalives_count": _PROBES,
    "tcp_user_timeout": DEAD_SECONDS * 1000,
}


def server_options(**more: str) -> str:
    """For the other end: libpq's ``options``, with what else is to be set for the session."""
    return " ".join(f"-c {name}={value}" for name, value in {**_FOR_THE_SERVER, **more}.items())
