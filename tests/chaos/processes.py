"""How the services of a deployment are started: each as a process of its own.

Either as in production, ``python -m services.run NAME``, or as a fork of a process that has their
modules already: that spares two seconds of a core for each start, and the rest is the same.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol

from services import run
from services.embedded.process import die_with_parent
from tests.chaos.dying import STEPS, wrap

MODULES = (
    "services.intake.service",
    "services.monitor.store",
    "services.read_model.projector",
    "services.relay",
    "services.watch",
    "tests.chaos.dying",
)
"""What a service loads when it starts."""


class Running(Protocol):
    """A process that was started."""

    @property
    def pid(self) -> int:
        """Its number."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Its exit code, negative for a signal; TimeoutExpired if it goes on."""


Start = Callable[[str, str | None, Mapping[str, str], Path], Running]
"""Given the kind of service, the step where it dies, its environment and where its log goes."""


def started(kind: str, step: str | None, environment: Mapping[str, str], log: Path) -> Running:
    """As in production."""
    program = ("services.run",) if step is None else ("tests.chaos.dying", step)
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", *program, kind],
            env=environment,
            stdout=said,
            stderr=said,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one C function only
        )


def forked(kind: str, step: str | None, environment: Mapping[str, str], log: Path) -> Running:
    """As a fork."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(MODULES))
    process = context.Process(target=_serve, args=(kind, step, environment, log), daemon=True)
    process.start()
    return _Fork(process)


class _Fork:
    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid or 0

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("a service", timeout or 0)
        return code


def _serve(kind: str, step: str | None, environment: Mapping[str, str], log: Path) -> None:
    die_with_parent()
    with log.open("ab") as said:
        for number in (1, 2):
            os.dup2(said.fileno(), number)
    # A fork is deaf to Ctrl-C, a program is not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    if step is not None:
        wrap(STEPS[step])
    sys.exit(run.main([kind]))
