"""The memory of a replay, which the length of the history must not change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import load
from benchmarks.choices import Choices
from benchmarks.figures import Figure, ratio_at_most
from benchmarks.stores import Database, Stores, prefill
from services.audit.replay import pages
from services.embedded.commands import child_environment
from services.settings import Settings
from services.store.application import open_application
from services.store.event_log import EventLog

NAME = "memory"
TARGET = ratio_at_most(1.1)
MEBIBYTE = 1024 * 1024
TIMES = 10
"""How many times as many events the memory must not notice."""
FEW = 1000
"""Accepted events; fewer are read as one page."""


def measure(stores: Stores, database: Database, choices: Choices) -> Iterator[Figure]:
    """Replay so many events, and ten times as many."""
    peaks = []
    few = max(FEW, choices.events // TIMES)
    for count in (few, TIMES * few):
        with stores.empty(database) as settings:
            made = load.deliveries(load.events(count, choices.families, choices.seed))
            prefill(settings, made, views=False)
            peaks.append(_peak(settings))
    yield Figure(
        benchmark=NAME,
        what=f"peak memory of a replay of {TIMES * few} accepted events",
        database=database,
        value=peaks[1],
        unit="MiB",
        floor=peaks[0],
        floor_is=f"the same for {few}",
        target=TARGET,
    )


def _peak(settings: Settings) -> float:
    """Of a process that does nothing but replay (MiB)."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory"],
        env=child_environment(settings),
        capture_output=True,
        check=True,
        text=True,
    )
    return float(done.stdout)


def replay_alone(settings: Settings) -> float:
    """Replay everything; the peak memory of this process (MiB)."""
    with open_application(settings) as application:
        for _ in pages(EventLog(application)):
            pass
    # What getrusage says goes back to before this program began, to who started it.
    return memory_of("self", "VmHWM") / MEBIBYTE


def memory_of(pid: int | str, what: str = "VmRSS") -> int:
    """The memory that a process has now, or ``VmHWM``: has had at most (bytes).

    Raises FileNotFoundError when there is no such process.
    """
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    status = dict(line.split(":", 1) for line in lines)
    # A process that has ended and was not waited for has none.
    return int(status.get(what, "0 kB").removesuffix("kB")) * 1024


if __name__ == "__main__":
    sys.stdout.write(str(replay_alone(Settings())))
