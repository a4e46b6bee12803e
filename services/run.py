"""Run one of the services: ``python -m services.run NAME``."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
import uvloop

from services.logs import configure_logs
from services.settings import Settings

log = structlog.get_logger(__name__)


async def intake(settings: Settings) -> None:
    """Takes agency events from the stream."""
    from services.intake.service import make_intake  # noqa: PLC0415 - a process loads its own

    await make_intake(settings).run()


async def projector(settings: Settings) -> None:
    """Keeps the views up to date."""
    from services.read_model.engine import open_read_engine  # noqa: PLC0415
    from services.read_model.projector import Projector  # noqa: PLC0415
    from services.store.application import open_application  # noqa: PLC0415
    from services.store.event_log import EventLog  # noqa: PLC0415

    stop = threading.Event()
    on_stop_signal(stop.set)
    with open_read_engine(settings) as engine, open_application(settings) as application:
        runner = Projector(engine, EventLog(application))
        await asyncio.to_thread(runner.run, stop)


async def relay(settings: Settings) -> None:
    """Publishes what changed."""
    from services.relay import run_relay  # noqa: PLC0415

    stop = asyncio.Event()
    on_stop_signal(stop.set)
    await run_relay(settings, stop)


async def watch(settings: Settings) -> None:
    """Raises signals and lets terms expire."""
    from services.watch import run_watch  # noqa: PLC0415

    stop = threading.Event()
    on_stop_signal(stop.set)
    await asyncio.to_thread(run_watch, settings, stop)


async def notary(settings: Settings) -> None:
    """Writes down outside the database what the event store holds, and signs it."""
    from services.notary.service import run_notary  # noqa: PLC0415

    stop = threading.Event()
    on_stop_signal(stop.set)
    await asyncio.to_thread(run_notary, settings, stop)


async def views(settings: Settings) -> None:
    """Answers the parties' questions over NATS."""
    from services.views.service import make_views  # noqa: PLC0415

    await make_views(settings).run()


async def persons(settings: Settings) -> None:
    """Gives pseudonyms for BSNs, and looks again at who was registered."""
    from services.persons.service import make_persons  # noqa: PLC0415

    await make_persons(settings).run()


async def web(settings: Settings) -> None:
    """Answers over HTTP."""
    from services.web.service import serve  # noqa: PLC0415

    await serve(settings)


# The last to start is the first to stop, and the notary signs what all others have left.
SERVICES: dict[str, Callable[[Settings], Coroutine[Any, Any, None]]] = {
    service.__name__: service
    for service in (notary, intake, projector, watch, relay, views, persons, web)
}


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
    settings = Settings()
    configure_logs(settings)
    structlog.contextvars.bind_contextvars(service=arguments[0])
    log.info("service.starting")
    uvloop.run(SERVICES[arguments[0]](settings))
    log.info("service.stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
