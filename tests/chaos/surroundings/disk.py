"""Disks that are slow, or full."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.surroundings.postgres import server_user

MEGABYTE = 1024 * 1024
SYNCING = "fsync,fdatasync,msync,sync_file_range"


def may_mount() -> bool:
    """Whether this process may mount a small disk."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


def may_slow_down() -> bool:
    """Whether this process may get between another one and its disk."""
    if shutil.which("strace") is None:
        return False
    probe = ["strace", "-qq", "-e", "inject=fsync:delay_enter=1", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of this size in the place of an empty folder, until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    given = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
    subprocess.run(["mount", *given], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def owned(folder: Path) -> None:
    """Give a folder to the user as whom PostgreSQL runs."""
    user = server_user()
    if user is not None:
        shutil.chown(folder, user, user)


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill the disk of a folder up to the last bytes; gives the file that has to go.

    Args:
        leave: bytes to leave.
    """
    filler = folder / "filler"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize - leave
    with filler.open("wb") as file:
        left = max(0, free)
        try:
            while left > 0:
                file.write(bytes(min(left, MEGABYTE)))
                left -= MEGABYTE
            file.flush()
        except OSError:
            pass
    return filler


@contextmanager
def slowly(pids: list[int], milliseconds: int) -> Iterator[None]:
    """Every wait of these processes for their disk takes so much longer, until the block ends."""
    given = ["-e", f"trace={SYNCING}", "-e", f"inject={SYNCING}:delay_enter={milliseconds * 1000}"]
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", "/dev/null", *given, *(f"-p{pid}" for pid in pids)]
    )
    try:
        yield
    finally:
        tracer.terminate()
        tracer.wait(30)
