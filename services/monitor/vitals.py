"""Vitals: whether a process lives and is ready, written by its work and read by who asks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import contextmanager

import structlog
from pydantic import BaseModel, ConfigDict

from services.monitor.metrics import FAILURES
from services.newer import UpgradeNeeded

log = structlog.get_logger(__name__)

STEP_SECONDS = 120.0
"""A step that takes longer hangs. The longest wait in one is 30, SQLite's for another writer."""
JUMP_SECONDS = 30.0
"""A clock is put right little by little. More at once was an error, or mends one."""
LOOP_SECONDS = 5.0
LOOK_SECONDS = 3.0
"""A look that takes longer found nobody: who asks has to hear so, and soon."""


class Check(BaseModel):
    """One thing that must be in order, and how it is."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    detail: str


class Readiness(BaseModel):
    """Whether a process can do its work, with each thing that was looked at."""

    model_config = ConfigDict(frozen=True)

    ready: bool
    checks: dict[str, Check]


class Vitals:
    """The vitals of one process. May be used by several threads at once.

    Args:
        service: its name.
        serves_on: whether it stays ready when it is too old for some of what it has to read.
            Who answers questions does: it answers all others.
    """

    def __init__(
        self,
        service: str,
        *,
        serves_on: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = service
        self._serves_on = serves_on
        self._clock = clock
        self._ahead = time.time() - time.monotonic()
        self._steps: dict[object, float] = {}
        self._looks: dict[str, Callable[[], Check]] = {}
        self._looking: dict[str, Future[Check]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work = Check(ok=False, detail="starting")
        self._outdated: str | None = None

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step of the work, which must not hang. When it fails say so with :meth:`failed`."""
        self._note_jump()
        token = object()
        self._steps[token] = self._clock()
        try:
            yield
            self.works()
        finally:
            del self._steps[token]

    def _note_jump(self) -> None:
        """Say so when somebody set the clock: what is written down has its time from there."""
        ahead = time.time() - time.monotonic()
        jump, self._ahead = ahead - self._ahead, ahead
        if abs(jump) > JUMP_SECONDS:
            log.warning("clock.jumped", seconds=round(jump))

    def goes_on(self) -> None:
        """A long step makes progress."""
        now = self._clock()
        for token in list(self._steps):
            self._steps[token] = now

    def works(self, detail: str = "works") -> None:
        """What was tried last worked."""
        self._work = Check(ok=True, detail=detail)

    def failed(self, error: Exception) -> None:
        """What was tried last failed. Only our own message is kept: others may quote people."""
        FAILURES.labels(self.service, type(error).__name__).inc()
        if isinstance(error, UpgradeNeeded):
            self.met_newer(error)
        self._work = Check(ok=False, detail=type(error).__name__)

    def met_newer(self, error: UpgradeNeeded) -> None:
        """Something was found that only a newer release understands. That does not pass."""
        self._outdated = str(error)

    @property
    def upgrade_needed(self) -> bool:
        """Whether something was found that only a newer release understands."""
        return self._outdated is not None

    def look_at(self, name: str, look: Callable[[], Check]) -> None:
        """Have something looked at whenever somebody asks whether the process is ready.

        Args:
            look: raises nothing. When it does not answer in time the check fails.
        """
        self._looks[name] = look

    def watch_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count it as hanging when this event loop does not answer."""
        self._loop = loop

    def alive(self) -> Check:
        """Whether the process gets on with its work, or hangs and has to be started again.

        Not for use within the event loop that is watched.
        """
        longest = max((self._clock() - began for began in list(self._steps.values())), default=0)
        if longest > STEP_SECONDS:
            return Check(ok=False, detail=f"a step goes on for {longest:.0f} s")
        if self._loop is not None and not _answers(self._loop):
            return Check(ok=False, detail="the event loop hangs")
        return Check(ok=True, detail="alive")

    def release(self) -> Check:
        """Whether this release understands what it found."""
        if self._outdated is None:
            return Check(ok=True, detail="up to date with what it found")
        return Check(ok=self._serves_on, detail=self._outdated)

    def readiness(self) -> Readiness:
        """Whether the work can be done, by how the last step ended and what there is to look at."""
        checks = {"work": self._work, "release": self.release()}
        begun = [(name, self._begin(name, look)) for name, look in list(self._looks.items())]
        checks |= {name: _in_time(looking) for name, looking in begun}
        return Readiness(ready=all(one.ok for one in checks.values()), checks=checks)

    def _begin(self, name: str, look: Callable[[], Check]) -> Future[Check]:
        """A look of its own, unless the last one still waits for an answer."""
        looking = self._looking.get(name)
        if looking is None or looking.done():
            looking = self._looking[name] = Future()
            given = (looking, look)
            # No pool: the end of the process would wait for a thread of it that hangs.
            threading.Thread(target=_look, args=given, name=f"look {name}", daemon=True).start()
        return looking


def _look(looking: Future[Check], look: Callable[[], Check]) -> None:
    try:
        looking.set_result(look())
    except Exception as error:  # noqa: BLE001 - whatever happens, there is an answer
        looking.set_result(Check(ok=False, detail=type(error).__name__))


def _in_time(looking: Future[Check]) -> Check:
    try:
        return looking.result(LOOK_SECONDS)
    except NotInTime:
        return Check(ok=False, detail=f"no answer within {LOOK_SECONDS:.0f} s")


def _answers(loop: asyncio.AbstractEventLoop) -> bool:
    asked = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop)
    try:
        asked.result(LOOP_SECONDS)
    except NotInTime:
        asked.cancel()
        return False
    return True
