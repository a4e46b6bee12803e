"""The benchmarks by their names, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks import (
    comparison,
    growth,
    ingest,
    ingest_nats,
    ingest_workers,
    latency,
    memory,
    pages,
    publishing,
    rebuild,
    relaying,
    replay,
    sizes,
    startup,
)
from benchmarks.choices import Choices
from benchmarks.figures import Figure
from benchmarks.stores import Database, Stores

Benchmark = Callable[[Stores, Database, Choices], Iterator[Figure]]

BENCHMARKS: dict[str, Benchmark] = {
    module.NAME: module.measure
    for module in (
        ingest,
        ingest_nats,
        ingest_workers,
        replay,
        memory,
        rebuild,
        growth,
        relaying,
        publishing,
        latency,
        pages,
        startup,
        sizes,
        comparison,
    )
}
