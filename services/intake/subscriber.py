"""FastStream's batch subscriber on a source of ours.

FastStream asks nats-py for the batches of one consumer, and nats-py cannot say which client asks.
"""

from __future__ import annotations

from typing import Any, Protocol

from faststream.nats.subscriber.usecases.stream_pull_subscriber import BatchPullStreamSubscriber
from nats.aio.msg import Msg


class Batches(Protocol):
    """What FastStream needs of a pull subscription."""

    async def start(self) -> None:
        """Begin to fetch."""

    async def fetch(self, batch: int, timeout: float | None) -> list[Msg]:  # noqa: ASYNC109
        """The next messages. Raises nats.errors.TimeoutError when none came in time."""

    async def unsubscribe(self) -> None:
        """Fetch no more."""


def take_from(subscriber: Any, batches: Batches) -> None:
    """Have a batch subscriber that has not started take its batches from here."""
    assert isinstance(subscriber, BatchPullStreamSubscriber)  # noqa: S101 - it has batch=True
    given: Any = batches

    async def create_subscription() -> None:
        await batches.start()
        subscriber.subscription = given
        subscriber.add_task(subscriber._consume_pull)  # noqa: SLF001 - its own loop

    subscriber._create_subscription = create_subscription  # type: ignore[method-assign] # noqa: SLF001
