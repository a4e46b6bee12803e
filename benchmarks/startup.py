"""How long the services take to be ready when much is stored."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks import load
from benchmarks.bus import running_bus, services
from benchmarks.choices import Choices
from benchmarks.figures import Figure, Stopwatch, at_most
from benchmarks.stores import Database, Stores, fill, make_intake, stand_at_the_end, take
from services.store.application import open_application

NAME = "start-up"
TARGET = at_most(3)
SERVICES = ("intake", "projector", "web")
IMPORTS = "import pydantic, fastapi, sqlalchemy, eventsourcing.application, faststream.nats"


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """Each service by itself, and all together, from the start of the process until ready."""
    bare, alone = Stopwatch(), {name: Stopwatch() for name in SERVICES}
    together = Stopwatch()
    with stores.empty(database) as settings:
        with open_application(settings) as application:
            take(make_intake(application), load.deliveries(load.events(1000, 20, choices.seed)))
            fill(application, choices.large_store)
            stand_at_the_end(settings, application)
        with running_bus(settings) as reachable:
            for _ in range(choices.repeats):
                with bare.running():
                    subprocess.run([sys.executable, "-c", IMPORTS], check=True)  # noqa: S603
                for name in SERVICES:
                    with services(reachable, name) as seconds:
                        alone[name].laps.append(seconds[name])
                with services(reachable, *SERVICES) as seconds:
                    together.laps.append(max(seconds.values()))
    for what, watch in {**alone, "the three at once": together}.items():
        yield Figure(
            benchmark=NAME,
            what=f"{what}, {choices.large_store} stored events",
            database=database,
            value=watch.milliseconds() / 1000,
            unit="s",
            floor=bare.milliseconds() / 1000,
            floor_is="a Python that imports the libraries",
            target=TARGET,
        )
