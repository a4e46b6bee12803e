"""Run one of the services: ``python -m services.run NAME``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import structlog
import uvloop

from services.logs import configure_logs
from services.memory import load, settle
from services.monitor.server import monitored
from services.monitor.vitals import Vitals
from services.settings import Settings

log = structlog.get_logger(__name__)


async def intake(settings: Settings, vitals: Vitals) -> None:
    """Takes agency events from the stream."""
    from services.intake.service import make_intake  # noqa: PLC0415 - a process loads its own

    await make_intake(settings, vitals).run()


async def projector(settings: Settings, vitals: Vitals) -> None:
    """Keeps the views up to date."""
    from services.monitor.store import store_metrics  # noqa: PLC0415
    from services.read_model.engine import open_read_engine  # noqa: PLC0415
    from services.read_model.news import FALLBACK_SECONDS, news_of_events  # noqa: PLC0415
    from services.read_model.projector import Projector  # noqa: PLC0415
    from services.store.application import open_application  # noqa: PLC0415
    from services.store.event_log import EventLog  # noqa: PLC0415

    stop = threading.Event()
    on_stop_signal(stop.set)
    with open_read_engine(settings) as engine, open_application(settings) as application:
        events = EventLog(application)
        runner = Projector(engine, events, vitals=vitals)
        with (
            store_metrics(engine, events, runner),
            news_of_events(engine, application.events_table) as news,
        ):
            await asyncio.to_thread(runner.run, stop, news, FALLBACK_SECONDS)


async def relay(settings: Settings, vitals: Vitals) -> None:
    """Publishes what changed."""
    from services.relay import run_relay  # noqa: PLC0415

    stop = asyncio.Event()
    on_stop_signal(stop.set)
    await run_relay(settings, stop, vitals=vitals)


async def watch(settings: Settings, vitals: Vitals) -> None:
    """Raises signals and lets terms expire."""
    from services.watch import run_watch  # noqa: PLC0415

    stop = threading.Event()
    on_stop_signal(stop.set)
    await asyncio.to_thread(run_watch, settings, stop, vitals=vitals)


async def notary(settings: Settings, vitals: Vitals) -> None:
    """Writes down outside the database what the event store holds, and signs it."""
    from services.notary.service import run_notary  # noqa: PLC0415

    stop = threading.Event()
    on_stop_signal(stop.set)
    await asyncio.to_thread(run_notary, settings, stop, vitals=vitals)


async def views(settings: Settings, vitals: Vitals) -> None:
    """Answers the parties' questions over NATS."""
    from services.views.service import make_views  # noqa: PLC0415

    await make_views(settings, vitals).run()


async def persons(settings: Settings, vitals: Vitals) -> None:
    """Gives pseudonyms for BSNs, and looks again at who was registered."""
    from services.persons.service import make_persons  # noqa: PLC0415

    await make_persons(settings, vitals).run()


async def web(settings: Settings, vitals: Vitals) -> None:
    """Answers over HTTP."""
    from services.web.service import serve  # noqa: PLC0415

    await serve(settings, vitals)


# The last to start is the first to stop, and the notary signs what all others have left.
SERVICES: dict[str, Callable[[Settings, Vitals], Coroutine[Any, Any, None]]] = {
    service.__name__: service
    for service in (notary, intake, projector, watch, relay, views, persons, web)
}


SERVE_ON = frozenset({"views", "web"})
"""Those who answer questions: what one of them is too old for, they say to who asked for it."""


async def run_service(name: str, settings: Settings) -> None:
    """Run a service until SIGTERM or SIGINT, with its monitor port."""
    vitals = Vitals(name, serves_on=name in SERVE_ON)
    loop = asyncio.get_running_loop()
    vitals.watch_loop(loop)
    # The loop comes to it when the service has loaded its modules and waits for the first time.
    loop.call_soon(settle)
    with monitored(settings, vitals), _traced(settings, name):
        await SERVICES[name](settings, vitals)


def _traced(settings: Settings, name: str) -> AbstractContextManager[None]:
    wanted = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    if settings.otlp_endpoint is None and not any(map(os.environ.get, wanted)):
        return nullcontext()
    from services.monitor.otlp import sending_spans  # noqa: PLC0415 - who wants none loads none

    return sending_spans(settings, name)


def on_stop_signal(stop: Callable[[], None]) -> None:
    """Call ``stop`` on SIGTERM or SIGINT, within the running event loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


def main(arguments: list[str]) -> int:
    """Run the named service until SIGTERM or SIGINT. Returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in SERVICES:
        sys.stderr.write(f"usage: python -m services.run {'|'.join(SERVICES)}\n")
        return 2
    load()
    settings = Settings()
    configure_logs(settings)
    structlog.contextvars.bind_contextvars(service=arguments[0])
    log.info("service.starting")
    uvloop.run(run_service(arguments[0], settings))
    log.info("service.stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
