"""Keeps the embedded nats-server storing, when its disk was full (see ``nats_health``)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from services.embedded import nats_health
from services.embedded.nats_server import NatsServer

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0


async def keep_storing(nats: NatsServer, folder: Path) -> None:
    """Have it end when it stores nothing more and there is room again, for ever.

    Whoever keeps it running starts it again.

    Args:
        folder: the data folder; its streams are in ``nats`` below it.
    """
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        _, unwritten = await asyncio.to_thread(nats_health.health, nats.monitor_url)
        if unwritten is None:
            continue
        if nats_health.has_room(folder / "nats"):
            logger.warning("nats-server could not write", error=unwritten, then="started again")
            await asyncio.to_thread(nats.end)
        else:
            logger.error("nats-server cannot write", error=unwritten, needed=nats_health.ROOM)
