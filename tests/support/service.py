"""``oneplan up`` as a process of its own, for tests of the whole service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

BIN = Path(sys.executable).parent


@contextmanager
def up(log: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The service with the three scenarios, in a process group of its own; Ctrl-C at the end."""
    everything = {**os.environ, "ONEPLAN_LOG_FORMAT": "json", **environment}
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [BIN / "oneplan", "up", "--play-scenarios"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=everything,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(60) == 0


def until_ready(process: subprocess.Popen[str]) -> str:
    """What it prints up to its panel."""
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if line.startswith("╰"):
            return shown
    raise AssertionError(f"it ended before it was ready: {shown}")
