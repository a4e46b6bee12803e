"""How often somebody may ask, counted by the library ``limits``.

One web process counts in its memory. Several on one port count together in a file, which need not
outlive them and is never waited for: who asks does not choose which of them answers.
"""

from __future__ import annotations

import math
import os
import sqlite3
import threading
import time
from hashlib import blake2b
from pathlib import Path

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from services.settings import Settings

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


_FILE = (
    # Whole whenever a process dies. After a power cut it is made anew.
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = OFF",
    """CREATE TABLE IF NOT EXISTS counted
    (who BLOB PRIMARY KEY, amount INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID""",
)
_GET = "SELECT amount FROM counted WHERE who = ? AND until > ?"
_ADD = """INSERT INTO counted VALUES (:who, :amount, :until) ON CONFLICT (who) DO UPDATE SET
    amount = CASE WHEN until > :now THEN amount ELSE 0 END + excluded.amount,
    until = CASE WHEN until > :now THEN until ELSE excluded.until END
    RETURNING amount"""
_SUBTRACT = "UPDATE counted SET amount = max(amount - ?, 0) WHERE who = ?"
_CLEAR = "DELETE FROM counted WHERE until <= ?"


class SharedCounters(Counters):
    """The same counters for all web processes of a machine, in a file.

    Who is counted stands in it as a digest with a key: addresses are personal data.

    Args:
        path: the file, made for its owner only when it is not there.
        secret: the same in all processes, 64 bytes at most.
    """

    def __init__(self, path: Path, secret: str) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._secret = secret.encode()
        self._alone = threading.Lock()
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in _FILE:
            self._file.execute(statement)
        super().__init__()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count; see the library's method."""
        now = time.time()
        values = {"who": self._who(key), "amount": amount, "until": now + expiry, "now": now}
        with self._alone:
            ((counted,),) = self._file.execute(_ADD, values).fetchall()
            if counted == amount:
                self._file.execute(_CLEAR, (now,))
        return int(counted)

    def decr(self, key: str, amount: int = 1) -> int:
        """Count back; see the library's method."""
        with self._alone:
            self._file.execute(_SUBTRACT, (amount, self._who(key)))
        return self.get(key)

    def get(self, key: str) -> int:
        """How often it was counted; see the library's method."""
        with self._alone:
            found = self._file.execute(_GET, (self._who(key), time.time())).fetchone()
        return 0 if found is None else int(found[0])

    def _who(self, key: str) -> bytes:
        return blake2b(key.encode(), key=self._secret, digest_size=16).digest()


class RateLimited(Exception):
    """Too often: 429. ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class RateLimits:
    """The limits of the settings, over all web processes on the port.

    Those on several machines count each for themselves.
    """

    def __init__(self, settings: Settings, secret: str) -> None:
        several = settings.web_processes > 1
        counters = SharedCounters(settings.counts_path, secret) if several else Counters()
        self._strategy = SlidingWindowCounterRateLimiter(counters)
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
