"""The relay as a service: goes on by itself whatever it loses."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from services.access import AccessPath, open_access_log
from services.access.looks import Looks
from services.bus.agencies import AgencyRegister
from services.bus.connect import connected
from services.monitor.vitals import Vitals
from services.newer import UpgradeNeeded
from services.read_model.engine import open_read_engine
from services.read_model.news import FALLBACK_SECONDS, News, news_of_views, wait_for_news
from services.relay.cuts import Cutter
from services.relay.outbox import Outbox
from services.relay.relay import Relay
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

log = structlog.get_logger(__name__)

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
CONNECT_SECONDS = 5.0
GATHER_SECONDS = 0.05
"""Between two batches: what comes meanwhile goes out together, each plan once."""


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
            async with opened(settings) as (relay, news):
                while not stop.is_set():
                    with vitals.step():
                        moved = await relay.step()
                    pause = FIRST_PAUSE_SECONDS
                    if not moved:
                        await asyncio.to_thread(wait_for_news, news, poll, stop.is_set)
                    elif not relay.is_behind:
                        await _wait(stop, GATHER_SECONDS)
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
    """A relay with its connections; errors as those of :func:`opened`."""
    async with opened(settings) as (relay, _):
        yield relay


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Relay, News]]:
    """A relay with its connections, and news of the views that it reads.

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
        news = stack.enter_context(news_of_views(engine))
        yield Relay(outbox, client, register, Looks(access_log, AccessPath.STREAM, "relay")), news


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
