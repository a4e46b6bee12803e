"""The whole service, as ``oneplan up`` runs it, on families that were there before."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks import load
from benchmarks.stores import Database, Stores, prefill
from projections.registry import ALL
from services.embedded.commands import child_environment
from services.embedded.process import die_with_parent
from services.embedded.run_file import RunFile, read_run
from services.intake.delivery import Delivery
from services.read_model import positions
from services.read_model.engine import open_read_engine, reading, writing
from services.read_model.positions import Standing
from services.relay import outbox
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

VIEWS = frozenset(projection.name for projection in ALL)
PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Running:
    """A service that runs, and the settings with which its parts are reached."""

    settings: Settings
    run: RunFile


def families_with(events: int, names: Sequence[str]) -> list[Delivery]:
    """Deliveries of so many events about each of these families."""
    made = (load.one_family(name, events, seed=place) for place, name in enumerate(names, start=1))
    return load.deliveries(chain.from_iterable(made))


@contextmanager
def whole_service(
    stores: Stores, database: Database, before: Sequence[Delivery]
) -> Iterator[Running]:
    """All processes, ready, and done with what was there before they started."""
    with stores.empty(database) as empty:
        settings = empty.model_copy(update={"http_port": 0, "rate_sign_in": "1000/minute"})
        prefill(settings, before)
        _relayed_already(settings)
        process = subprocess.Popen(  # noqa: S603 - our own script
            [Path(sys.executable).with_name("oneplan"), "up"],
            env=child_environment(settings),
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one C function only
        )
        try:
            run = _until_ready(settings, process)
            until_quiet(settings)
            yield Running(settings.model_copy(update={"nats_url": run.nats_url}), run)
        finally:
            process.terminate()
            process.wait(60)


def until_quiet(settings: Settings) -> None:
    """Until the views and those behind them stand at the last event, and stay there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with open_read_engine(settings) as engine, open_application(settings) as application:
        log, quiet = EventLog(application), 0
        while quiet < 5:
            with reading(engine) as connection:
                at = {one.position for one in positions.standings(connection).values()}
            quiet = quiet + 1 if at == {log.last_position()} else 0
            if time.monotonic() > deadline:
                raise TimeoutError("the service is not done with what was there before")
            time.sleep(LOOK_SECONDS)


def _relayed_already(settings: Settings) -> None:
    """Let the relay not publish what was there before: nobody listens to it, and it takes long."""
    with open_read_engine(settings) as engine, open_application(settings) as application:
        at = Standing(outbox.VERSION, EventLog(application).last_position())
        with writing(engine) as connection:
            positions.put(connection, outbox.NAME, at)


def _until_ready(settings: Settings, process: subprocess.Popen[bytes]) -> RunFile:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        run = read_run(settings)
        if run is not None and run.ready:
            return run
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"the service did not become ready; it ended with {process.poll()}")
