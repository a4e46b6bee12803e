"""A nats-server whose disk was full: it stores nothing more until it is started again.

nats-server (2.14) remembers that a stream could not be written, and does not try again when there
is room. It says so at its health check.
"""

from __future__ import annotations

import asyncio
import shutil
import urllib.error
import urllib.request
from pathlib import Path

import orjson
import structlog

from services.embedded.nats_server import NatsServer

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
ROOM = 64 * 1024 * 1024
"""Bytes that must be free before it is started again: its largest block and what else is open."""
WRITE_ERROR = "write error"


async def keep_storing(nats: NatsServer, folder: Path) -> None:
    """Have it end when it stores nothing more and there is room again, for ever.

    Whoever keeps it running starts it again.

    Args:
        folder: the data folder; its streams are in ``nats`` below it.
    """
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        said = await asyncio.to_thread(write_error, nats.monitor_url)
        if said is None:
            continue
        free = shutil.disk_usage(folder / "nats").free
        if free < ROOM:
            logger.error("nats-server cannot write", error=said, free=free, needed=ROOM)
        else:
            logger.warning("nats-server could not write", error=said, then="it is started again")
            await asyncio.to_thread(nats.end)


def write_error(monitor_url: str) -> str | None:
    """What it could not write; None while it writes, or does not answer."""
    try:
        with urllib.request.urlopen(f"{monitor_url}/healthz", timeout=2):  # noqa: S310 - our own
            return None
    except urllib.error.HTTPError as answer:
        said = answer.read()
    except OSError:
        return None
    try:
        error = str(orjson.loads(said)["error"])
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return None
    return error if WRITE_ERROR in error else None
