"""How child processes are started and stopped."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import sys
from collections.abc import Mapping, Sequence

STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>."""

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Runs in the child before it becomes its program: SIGTERM when the parent dies (Linux).

    A supervisor that is killed must not leave services behind that work unseen.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


async def start(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, pass_fds: Sequence[int] = ()
) -> asyncio.subprocess.Process:
    """Start a child whose output goes where ours goes.

    It gets a session of its own: Ctrl-C in the terminal reaches only us, and we stop the children
    in our order.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        env=env,
        pass_fds=tuple(pass_fds),
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


async def stop(process: asyncio.subprocess.Process, seconds: float = STOP_SECONDS) -> int:
    """Ask the child to stop, wait, and kill it when it does not. Returns its exit code."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            process.kill()
    return await process.wait()
