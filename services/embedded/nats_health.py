"""What nats-server says at its health check, and what it needs when its disk was full.

nats-server (2.14) remembers that a stream could not be written, and does not try again when there
is room: it has to be started again.

As a program it is the health check of a container, ``python -m services.embedded.nats_health URL
FOLDER``: it exits with 0 when the server is healthy, and ends process 1 when that is what it needs.
It runs every few seconds, and so it loads nothing else of ours.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

WAIT_SECONDS = 3
ROOM = 64 * 1024 * 1024
"""Bytes that must be free before it is started again: its largest block and what else is open."""
WRITE_ERROR = "write error"


def health(monitor_url: str) -> tuple[bool, str | None]:
    """Whether it is healthy, and what it could not write, if that is why it is not."""
    url = f"{monitor_url}/healthz"
    try:
        with urllib.request.urlopen(url, timeout=WAIT_SECONDS) as answer:  # noqa: S310 - our own
            return answer.status == HTTPStatus.OK, None
    except urllib.error.HTTPError as answer:
        said = answer.read()
    except OSError:
        return False, None
    try:
        error = str(json.loads(said)["error"])
    except (ValueError, LookupError, TypeError):
        return False, None
    return False, error if WRITE_ERROR in error else None


def has_room(folder: Path) -> bool:
    """Whether there is enough room on the disk of this folder for it to go on."""
    return shutil.disk_usage(folder).free >= ROOM


def check(monitor_url: str, folder: Path, pid: int) -> int:
    """Look once. Returns 0 when the server is healthy, 1 otherwise.

    Args:
        folder: on the disk where its streams are.
        pid: the process that gets SIGTERM when it stores nothing more and there is room again.
    """
    healthy, unwritten = health(monitor_url)
    if unwritten is not None and has_room(folder):
        os.kill(pid, signal.SIGTERM)
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[1], Path(sys.argv[2]), pid=1))
