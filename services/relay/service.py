"""The relay as a service: goes on by itself whatever it loses."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import structlog

from services.access import AccessPath, open_access_log
from services.access.looks import Looks
from services.bus.agencies import AgencyRegister
from services.bus.connect import connected
from services.monitor.vitals import Vitals
from services.newer import UpgradeNeeded
from services.read_model.engine import open_read_engine
from services.read_model.news import FALLBACK_SECONDS, News, news_of_views
from services.relay.cuts import Cutter
from services.relay.outbox import Outbox
from services.relay.relay import Relay
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

log = structlog.get_logger(__name__)

STOP_LOOK_SECONDS = 0.1
"""Between two looks whether it is to stop, while it waits for news."""
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
CONNECT_SECONDS = 5.0


async def run_relay(
    settings: Settings,
    stop: asyncio.Event,
    *,
    poll: float = FALLBACK_SECONDS,
    vitals: Vitals | None = None,
) -> None:
    """Publish until ``stop`` is set.

    When the database or NATS fails, all connections are made anew, ever more slowly.

    Args:
        poll: seconds between two looks at the log when there is nothing to do and no news comes.
    """
    vitals = vitals or Vitals("relay")
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            async with open_relay(settings) as relay:
                with open_read_engine(settings) as engine, news_of_views(engine) as news:
                    while not stop.is_set():
                        with vitals.step():
                            moved = await relay.step()
                        pause = FIRST_PAUSE_SECONDS
                        if not moved:
                            await _wait_for_news(stop, news, poll)
        except UpgradeNeeded as error:
            vitals.failed(error)
            # Without a trace: where in the code says nothing here.
            log.error("relay.upgrade_needed", reason=str(error), again_in=LONGEST_PAUSE_SECONDS)  # noqa: TRY400
            await _wait(stop, LONGEST_PAUSE_SECONDS)
        except Exception as error:
            vitals.failed(error)
            log.exception("relay.interrupted", again_in=pause)
            await _wait(stop, pause)
            pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)


@contextlib.asynccontextmanager
async def open_relay(settings: Settings) -> AsyncIterator[Relay]:
    """A relay with its connections.

    Raises:
        CredentialsError, NotConnectedError: as :func:`services.bus.connect.connect`.
        PersistenceError, SQLAlchemyError, OSError: when the database cannot be reached.
    """
    async with contextlib.AsyncExitStack() as stack:
        client = await stack.enter_async_context(connected(settings, patience=CONNECT_SECONDS))
        application = await asyncio.to_thread(open_application, settings)
        stack.callback(application.close)
        engine = stack.enter_context(open_read_engine(settings))
        register = AgencyRegister(settings)
        events = EventLog(application, histories=False)
        outbox = Outbox(engine, events, Cutter(application, register))
        stack.callback(outbox.close)
        await asyncio.to_thread(outbox.open)
        access_log = stack.enter_context(open_access_log(settings))
        yield Relay(outbox, client, register, Looks(access_log, AccessPath.STREAM, "relay"))


async def _wait_for_news(stop: asyncio.Event, news: News, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
        if await asyncio.to_thread(news.wait, min(left, STOP_LOOK_SECONDS)):
            return


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
