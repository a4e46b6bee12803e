"""An agency's system that takes what is in flight and then stands still.

``python -m tests.chaos.stuck_agency AGENCY``: it fetches as many receipts and views as it may have
in hand, acknowledges none, listens to all that comes, says so in a line, and stops itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from nats.aio.msg import Msg

from services.bus.connect import connected
from services.bus.streams import PARTY_RECEIPTS, PARTY_VIEWS
from services.settings import Settings

MOST = 1000


async def stand_still(agency: str) -> None:
    """Until somebody kills this process."""
    async with connected(Settings(), agency, patience=60) as client:

        async def listen(_message: Msg) -> None:
            await asyncio.sleep(0)

        await client.subscribe(f"party.{agency}.>", cb=listen)
        for stream in (PARTY_RECEIPTS, PARTY_VIEWS):
            mine = await client.jetstream().pull_subscribe_bind(agency, stream)
            await mine.fetch(MOST, timeout=5)
        await client.flush()
        sys.stdout.write("stuck\n")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    asyncio.run(stand_still(sys.argv[1]))
