"""Doing something so many times a second, whether or not what was begun before is done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


async def paced(rate: int, count: int, act: Callable[[int], Awaitable[object]]) -> list[float]:
    """Do ``act(0)``, ``act(1)``, ... at an even rate a second; when each was due and begun.

    The moments (seconds since 1970) are those of the plan: what has to wait for its turn is late
    by that, as it is for who asks.
    """
    began, due = time.time(), list[float]()
    async with asyncio.TaskGroup() as group:
        for place in range(count):
            due.append(began + place / rate)
            await asyncio.sleep(max(0, due[-1] - time.time()))
            group.create_task(_only(act, place))
    return due


async def _only(act: Callable[[int], Awaitable[object]], place: int) -> None:
    await act(place)
