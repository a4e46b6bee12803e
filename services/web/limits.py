"""How often somebody may ask, counted by the library ``limits`` in this process."""

from __future__ import annotations

import math
import threading
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from services.identity.settings import IdentitySettings

CLEAR_SECONDS = 10.0
"""How often what is counted no more is cleared away."""


class Counters(MemoryStorage):
    """The library's counters, without the thread that it starts for each request to clear them."""

    @property
    def timer(self) -> threading.Timer:
        """What clears them next."""
        return self._timer

    @timer.setter
    def timer(self, timer: threading.Timer) -> None:
        timer.interval = CLEAR_SECONDS
        timer.daemon = True
        self._timer = timer


class RateLimited(Exception):
    """Too often: 429. ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class RateLimits:
    """The limits of the settings. Several web processes count each for themselves."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._strategy = SlidingWindowCounterRateLimiter(Counters())
        self._sign_in = parse(settings.rate_sign_in)
        self._api = parse(settings.rate_api)

    def sign_in(self, address: str) -> None:
        """Count a step of a sign-in from this client address. Raises RateLimited."""
        self._count(self._sign_in, "sign-in", address)

    def bad_token(self, address: str) -> None:
        """Count a token that was no good. Raises RateLimited.

        A good token is never refused for another's bad ones: behind one address sit many.
        """
        self._count(self._sign_in, "bad-token", address)

    def request(self, who: str) -> None:
        """Count a request of somebody who was let in. Raises RateLimited."""
        self._count(self._api, "api", who)

    def _count(self, limit: RateLimitItem, what: str, who: str) -> None:
        if not self._strategy.hit(limit, what, who):
            again = self._strategy.get_window_stats(limit, what, who).reset_time
            raise RateLimited(max(1, math.ceil(again - time.time())))
