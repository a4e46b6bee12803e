"""Connections to NATS: with the user's seed, its own inbox prefix, reconnecting for ever."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.bus.credentials import SERVICE_USER, seed_file
from services.bus.permissions import inbox_prefix
from services.bus.tls import fault, nats_tls
from services.embedded.run_file import read_run
from services.settings import Settings

logger = structlog.get_logger(__name__)

FOREVER = -1
RECONNECT_SECONDS = 0.5
CANCEL_SECONDS = 0.1
PING_SECONDS = 5
"""A connection that leads nowhere is noticed after three of these at most."""


class NotConnectedError(Exception):
    """NATS cannot be reached, or refuses this user."""


def nats_urls(settings: Settings) -> list[str]:
    """Where NATS is: ``nats_url`` (several with commas between), or what ``oneplan up`` started.

    Raises:
        NotConnectedError: when neither is there.
    """
    if settings.nats_url is not None:
        return [url.strip() for url in settings.nats_url.split(",")]
    run = read_run(settings)
    if run is None:
        raise NotConnectedError(
            f"nothing runs on the data folder {settings.data_dir}; start it with: oneplan up"
        )
    return [run.nats_url]


async def connect(
    settings: Settings, user: str = SERVICE_USER, *, patience: float = 10, **options: Any
) -> Client:
    """A connection as this user. Once made, it is made again for ever when it breaks.

    Args:
        settings: where NATS and the seed are.
        user: an agency's code, or the service.
        patience: seconds to wait for the first connection.
        options: of :meth:`nats.aio.client.Client.connect`; they win over ours.

    Raises:
        CredentialsError: when the seed is missing or others can read it.
        NotConnectedError: when NATS does not answer in time or refuses this user.
    """
    urls = nats_urls(settings)
    client = Client()
    reasons: deque[str] = deque(maxlen=20)

    async def on_error(error: Exception) -> None:
        reasons.append(_said(error) or type(error).__name__)
        if client.is_connected:
            logger.warning("nats connection", user=user, error=reasons[-1])

    chosen: dict[str, Any] = {"error_cb": on_error, **client_options(settings, user), **options}
    connecting = asyncio.create_task(client.connect(urls, **chosen))
    try:
        await asyncio.wait({connecting}, timeout=patience)
    finally:
        in_time = connecting.done()
        await _ended(connecting)
    if not in_time:
        await client.close()
        # A refused client is also cut off, and may see only that the second time.
        refusals = [reason for reason in reasons if "authorization" in reason.lower()]
        reason = (refusals or list(reasons) or ["no answer"])[-1]
        raise NotConnectedError(
            f"NATS at {', '.join(urls)} does not take {user}: {reason}. "
            "To look further: oneplan doctor"
        )
    await connecting
    return client


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel until it helps.

    asyncio.wait_for forgets a cancellation that comes together with a result (mended in Python
    3.12), and nats-py waits by it in a loop that has no end of its own.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_SECONDS)


@asynccontextmanager
async def connected(
    settings: Settings, user: str = SERVICE_USER, **options: Any
) -> AsyncIterator[Client]:
    """The connection of :func:`connect`, until the end of the block."""
    client = await connect(settings, user, **options)
    try:
        yield client
    finally:
        await client.close()


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return fault(error)
    # Of an error that is not NATS's own only the kind: its text can quote a message.
    return str(error) if isinstance(error, NatsError | OSError) else ""


def client_options(settings: Settings, user: str) -> dict[str, Any]:
    """The options of a connection as this user. Raises CredentialsError."""
    tls = nats_tls(settings)
    # TLS from the first byte: otherwise a server that says it has none would be believed.
    encrypted = {} if tls is None else {"tls": tls, "tls_handshake_first": True}
    return {
        **encrypted,
        "nkeys_seed": str(seed_file(settings, user)),
        "inbox_prefix": inbox_prefix(user),
        "name": f"oneplan {user}",
        "max_reconnect_attempts": FOREVER,
        "reconnect_time_wait": RECONNECT_SECONDS,
        "ping_interval": PING_SECONDS,
    }
