"""A mend for nats-py: a fetch whose time is up says so in the one way that FastStream listens for.

``PullSubscription.fetch`` raises ``nats.errors.TimeoutError`` in most places, but the built-in
``TimeoutError`` where the deadline has passed between its two requests (nats-py 2.16). FastStream's
batch subscriber only catches the first: the other ends its loop together with the messages it had
collected, and those come again only after the consumer's acknowledgement wait of 30 seconds.
"""

from __future__ import annotations

import functools

import nats.errors
from nats.aio.msg import Msg
from nats.js import JetStreamContext


def mend_fetch() -> None:
    """Make every pull subscription of this process raise ``nats.errors.TimeoutError`` only."""
    original = JetStreamContext.PullSubscription.fetch
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    async def fetch(
        self: JetStreamContext.PullSubscription,
        batch: int = 1,
        timeout: float | None = 5,  # noqa: ASYNC109 - the library's own signature
        heartbeat: float | None = None,
    ) -> list[Msg]:
        try:
            return await original(self, batch, timeout, heartbeat)
        except nats.errors.TimeoutError:
            raise
        except TimeoutError as error:
            raise nats.errors.TimeoutError from error

    JetStreamContext.PullSubscription.fetch = fetch  # type: ignore[method-assign]
