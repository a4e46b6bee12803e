"""Server-sent events: a page hears that a family changed, and asks for what is different.

An event says nothing but that something changed. What changed is read through the gate, by the
request that follows it. One subscription a family and process, however many pages are open.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from services.bus.connect import NotConnectedError, connect
from services.bus.credentials import CredentialsError
from services.settings import Settings

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 5.0
GATHER_SECONDS = 0.1
"""Events come in bursts; a page looks once for those that come together."""
CHECK_SECONDS = 10.0
"""How long a page may stay open after its session has ended elsewhere."""
ANSWER_SECONDS = 1.0
MOST_FOR_ONE = 20
"""Pages that one session may have open."""

Check = Callable[[], Awaitable[bool]]


def family_subject(family_id: str) -> str:
    """Where the relay publishes what happens in a family."""
    return f"plan.{family_id}.>"


LEAD_SUBJECTS = ("plan.*.LeadAssigned", "plan.*.LeadHandedOver", "plan.*.LeadReleased")
"""Where it shows that somebody got or gave away a family."""


class Listener:
    """One open page. ``over`` says that it is to close."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.over = False
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something changed, or it is over."""
        self._woken.set()

    def end(self) -> None:
        """Close the page's stream."""
        self.over = True
        self.wake()

    async def woken(self, seconds: float) -> bool:
        """Wait so long at most; whether something happened."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        if not self.over:
            await asyncio.sleep(GATHER_SECONDS)
        self._woken.clear()
        return True


class Live:
    """The open pages of this process. For one event loop."""

    def __init__(self) -> None:
        self.stopping = False
        """Whether the service stops: pages then come back by themselves."""
        self._client: Client | None = None
        self._pages: defaultdict[str, set[Listener]] = defaultdict(set)
        self._subscriptions: dict[str, Subscription] = {}
        self._changing = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def connected(self, settings: Settings) -> AsyncIterator[None]:
        """Keep a connection to NATS meanwhile. Without one, pages are only not live."""
        connecting = asyncio.create_task(self._connect(settings))
        try:
            yield
        finally:
            self.end_all()
            connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connecting
            if self._client is not None:
                await self._client.close()

    async def changes(
        self, subjects: Iterable[str], session: str, still: Check, *, now: bool
    ) -> AsyncIterator[None]:
        """Each time something was published on these subjects, until the session is over.

        Args:
            session: the session's id; ``still`` says whether it is one yet.
            now: whether something has changed already.
        """
        listener = Listener(session)
        wanted = tuple(subjects)
        if now:
            listener.wake()
        async with self._listening(listener, wanted):
            while True:
                happened = await listener.woken(CHECK_SECONDS)
                if listener.over or not await still():
                    return
                if happened:
                    yield

    def is_full(self, session: str) -> bool:
        """Whether a session has as many pages open as it may."""
        return sum(one.session == session for one in self._listeners()) >= MOST_FOR_ONE

    def end(self, session: str) -> None:
        """Close the pages of a session that is over."""
        for listener in self._listeners():
            if listener.session == session:
                listener.end()

    def end_soon(self, session: str) -> None:
        """The same once the browser has had the answer that gives it another session."""
        asyncio.get_running_loop().call_later(ANSWER_SECONDS, self.end, session)

    def end_all(self) -> None:
        """Close all: the service stops."""
        self.stopping = True
        for listener in self._listeners():
            listener.end()

    def _listeners(self) -> set[Listener]:
        return {one for pages in self._pages.values() for one in pages}

    @contextlib.asynccontextmanager
    async def _listening(
        self, listener: Listener, subjects: tuple[str, ...]
    ) -> AsyncIterator[None]:
        for subject in subjects:
            self._pages[subject].add(listener)
        await self._subscribe()
        try:
            yield
        finally:
            for subject in subjects:
                self._pages[subject].discard(listener)
            await self._subscribe()

    async def _connect(self, settings: Settings) -> None:
        while self._client is None:
            try:
                self._client = await connect(settings, reconnected_cb=self._came_back)
            except (NotConnectedError, CredentialsError, OSError) as error:
                log.warning("web.not_live", error=type(error).__name__, again_in=AGAIN_SECONDS)
                await asyncio.sleep(AGAIN_SECONDS)
        await self._subscribe()
        await self._came_back()

    async def _came_back(self) -> None:
        """What was published meanwhile was not heard."""
        for listener in self._listeners():
            listener.wake()

    async def _subscribe(self) -> None:
        """Listen to what pages are open for, and to nothing else."""
        async with self._changing:
            if self._client is None:
                return
            for subject in [one for one, pages in self._pages.items() if not pages]:
                del self._pages[subject]
            with contextlib.suppress(NatsError):
                for subject in self._pages.keys() - self._subscriptions.keys():
                    self._subscriptions[subject] = await self._client.subscribe(
                        subject, cb=self._heard(subject)
                    )
                for subject in self._subscriptions.keys() - self._pages.keys():
                    await self._subscriptions.pop(subject).unsubscribe()

    def _heard(self, subject: str) -> Callable[[Msg], Awaitable[None]]:
        async def heard(_message: Msg) -> None:
            for listener in self._pages.get(subject, ()):
                listener.wake()

        return heard
