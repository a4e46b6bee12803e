"""What is done to the database, or to the way to it, while the services work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.chaos.deployment import WORKERS
from tests.chaos.surroundings.stage import Surrounded

Harm = Callable[[Surrounded], Awaitable[None]]


async def killed(around: Surrounded) -> None:
    """kill -9 of PostgreSQL, and its start; meanwhile each service says that it is gone."""
    await asyncio.to_thread(around.postgres.kill)
    told = await around.watched.until_missing(*WORKERS)
    assert "database" in told["intake"]
    await asyncio.sleep(_outage(around))
    await asyncio.to_thread(around.postgres.start)


async def cut_off(around: Surrounded) -> None:
    """Every session is ended by the server, again and again: wake-ups are lost."""
    for _ in range(5 if around.is_short else 100):
        await asyncio.to_thread(around.postgres.cut_connections, "oneplan")
        around.to_nats.reset()
        await asyncio.sleep(0.1)


async def without_a_way(around: Surrounded) -> None:
    """Connections are refused, and those that were there are broken off."""
    around.to_database.refuse()
    await around.watched.until_missing(*WORKERS)
    await asyncio.sleep(_outage(around))
    around.to_database.accept()


async def without_an_answer(around: Surrounded) -> None:
    """Nothing comes through, and nobody is told; then all that waited does."""
    around.to_database.cut()
    told = await around.watched.until_missing("intake")
    assert "database: no answer" in told["intake"]
    await asyncio.sleep(_outage(around))
    around.to_database.mend()


async def without_the_broker(around: Surrounded) -> None:
    """NATS refuses every connection, and those that were there are broken off."""
    around.to_nats.refuse()
    told = await around.watched.until_missing("intake", "relay")
    assert "nats: not connected" in told["intake"]
    await asyncio.sleep(_outage(around))
    around.to_nats.accept()


def _outage(around: Surrounded) -> float:
    """How many seconds it lasts, once it was noticed."""
    return 0.0 if around.is_short else 20.0
