"""Ingest: the intake against what no intake can be faster than."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import StoredEvent

from benchmarks import load
from benchmarks.choices import Choices
from benchmarks.figures import RATE, Figure, Stopwatch, ratio_at_least
from benchmarks.stores import Database, Stores, in_batches, make_intake, take
from services.store.application import OnePlan, open_application

NAME = "ingest"
TARGET = ratio_at_least(0.6)
WARM_UP = 200


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """Intake without NATS, against the bare insert of the very rows that it wrote."""
    ours, bare = Stopwatch(), Stopwatch()
    made = load.deliveries(load.events(choices.events + WARM_UP, choices.families, choices.seed))
    rows = 0
    for _ in range(choices.repeats):
        with (
            stores.empty(database) as settings,
            stores.empty(database) as other,
            open_application(settings) as application,
            open_application(other) as floor,
        ):
            intake = make_intake(application)
            with written(application) as batches:
                take(intake, made[:WARM_UP])
            for batch in batches:
                floor.recorder.insert_events(batch)
            for some in in_batches(made[WARM_UP:], choices.batch):
                with written(application) as batches, ours.running(), choices.profiled():
                    take(intake, some)
                with bare.running():
                    for batch in batches:
                        floor.recorder.insert_events(batch)
                rows += sum(map(len, batches))
    total = choices.events * choices.repeats
    yield Figure(
        benchmark=NAME,
        what=f"intake without NATS, {choices.batch} a batch",
        database=database,
        value=ours.rate(total),
        unit=RATE,
        floor=bare.rate(total),
        floor_is=f"bare insert of the same rows ({rows / total:.2f} an event)",
        target=TARGET,
    )


@contextmanager
def written(application: OnePlan) -> Iterator[list[Sequence[StoredEvent]]]:
    """What the recorder of an application is given in the block, transaction by transaction."""
    recorder: Any = application.recorder
    batches: list[Sequence[StoredEvent]] = []
    insert = recorder.insert_events

    def noted(events: Sequence[StoredEvent], **options: Any) -> Any:
        batches.append(events)
        return insert(events, **options)

    recorder.insert_events = noted
    try:
        yield batches
    finally:
        recorder.insert_events = insert
