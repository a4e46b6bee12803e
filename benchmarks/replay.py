"""Replay of the whole history, against a bare SELECT whose JSON is decoded."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import load
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure, Stopwatch, ratio_at_least
from benchmarks.rows import bare_pages
from benchmarks.stores import Database, Stores, prefill
from services.audit.replay import PAGE, pages
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

NAME = "replay"
TARGET = ratio_at_least(0.5)


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """The auditor's replay, and the events alone."""
    made = load.deliveries(load.events(choices.events, choices.families, choices.seed))
    with stores.empty(database) as settings:
        prefill(settings, made)
        yield from _rates(settings, database, choices.repeats)


def _rates(settings: Settings, database: Database, repeats: int) -> Iterator[Figure]:
    replayed, read, bare = Stopwatch(), Stopwatch(), Stopwatch()
    with open_application(settings) as application:
        log = EventLog(application)
        for _ in range(repeats):
            page_by_page, position = pages(log), 0
            for _page in bare_pages(settings, PAGE, bare):
                with replayed.running():
                    next(page_by_page)
                with read.running():
                    position = log.after(position, PAGE)[-1].position
    said = {"audit replay": (replayed, TARGET), "events as domain objects": (read, None)}
    for what, (watch, target) in said.items():
        yield Figure(
            benchmark=NAME,
            what=what,
            database=database,
            value=watch.typical_rate(PAGE),
            unit=RATE,
            floor=bare.typical_rate(PAGE),
            floor_is="SELECT of the same rows and orjson",
            target=target,
        )
