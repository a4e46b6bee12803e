"""The benchmarks still run; how fast anything is, is not a test's business."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import growth, ingest, load, memory, publishing, rebuild, relaying, replay
from benchmarks.choices import Choices
from benchmarks.figures import Figure, Stopwatch, at_most, percentile, ratio_at_least
from benchmarks.shown import machine, save, show
from benchmarks.stores import Database, Stores, prefill

FEW = Choices(
    events=30,
    families=3,
    repeats=1,
    batch=20,
    large_store=1000,
    large_family=100,
    seconds=1,
    rate=5,
)


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    with Stores() as made:
        yield made


def test_the_stream_is_the_same_for_a_seed_and_of_many_kinds() -> None:
    made = list(load.events(2000, 40, seed=3))
    assert made == list(load.events(2000, 40, seed=3))
    assert made != list(load.events(2000, 40, seed=4))
    kinds = Counter(one["type"] for one in made)
    assert kinds["nl.oneplan.plan.opened.v1"] == 40
    assert len(kinds) == len(load.SHARES) + 2
    assert len({one["id"] for one in made}) == len(made)


@pytest.mark.parametrize("benchmark", [ingest, replay, rebuild, growth, relaying, publishing])
def test_a_benchmark_runs(benchmark: object, stores: Stores) -> None:
    figures = list(benchmark.measure(stores, Database.SQLITE, FEW))  # type: ignore[attr-defined]
    assert figures
    assert all(one.value > 0 for one in figures)
    assert all(one.floor is None or one.floor > 0 for one in figures)


def test_the_memory_of_a_replay_is_measured(stores: Stores) -> None:
    with stores.empty(Database.SQLITE) as settings:
        prefill(settings, load.deliveries(load.events(10, 1)), views=False)
        assert memory.replay_alone(settings) > 20


def test_a_figure_is_judged_by_its_ratio_or_by_itself() -> None:
    slow = Figure("b", "w", "sqlite", 50, "events/s", 100, "floor", ratio_at_least(0.6))
    assert (slow.ratio, slow.met) == (0.5, False)
    assert Figure("b", "w", "sqlite", 90, "ms", target=at_most(100)).met is True
    assert Figure("b", "w", "sqlite", 90, "ms").met is None
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert percentile(list(map(float, range(1, 101))), 0.99) == 99.0


def test_figures_are_kept_shown_and_drawn(tmp_path: Path) -> None:
    watch = Stopwatch()
    with watch.running():
        pass
    figures = [
        Figure("ingest", "intake", "sqlite", 5, "events/s", 10, "bare", ratio_at_least(0.6)),
        Figure("pages", "/caseload", "sqlite", watch.milliseconds(), "ms"),
    ]
    results, drawn = save(figures, FEW, machine(), tmp_path)
    kept = json.loads(results.read_text())
    assert [one["met"] for one in kept["figures"]] == [False, None]
    assert kept["choices"]["events"] == FEW.events
    assert drawn is not None
    assert "<svg" in drawn.read_text()
    console = Console(width=100, record=True)
    show(figures, console)
    assert "/caseload" in console.export_text()
