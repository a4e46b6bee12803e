"""``python -m services.bus``: make or update the streams and consumers, for a deployment."""

from __future__ import annotations

import asyncio
import sys

import structlog

from services.bus.connect import NotConnectedError, connected
from services.bus.credentials import CredentialsError
from services.bus.streams import STREAMS, durable_consumers, ensure_streams
from services.logs import configure_logs
from services.settings import Settings

CONNECT_SECONDS = 60

logger = structlog.get_logger(__name__)


async def prepare(settings: Settings) -> None:
    """Connect as the service and bring about what is missing.

    Raises:
        CredentialsError: when the service's seed is missing or others can read it.
        NotConnectedError: when NATS does not answer within a minute.
    """
    async with connected(settings, patience=CONNECT_SECONDS) as client:
        await ensure_streams(client.jetstream(), settings)
    logger.info("bus prepared", streams=len(STREAMS), consumers=len(durable_consumers(settings)))


def main() -> int:
    """Returns the exit code: 0, or 1 when NATS cannot be reached."""
    settings = Settings()
    configure_logs(settings)
    try:
        asyncio.run(prepare(settings))
    except (CredentialsError, NotConnectedError) as error:
        logger.error("bus not prepared", error=str(error))  # noqa: TRY400 - no trace needed
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
