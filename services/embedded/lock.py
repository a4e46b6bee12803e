"""One owner for a folder, for as long as it or a process it started is alive."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

RETRY_SECONDS = 0.1


class FolderInUseError(Exception):
    """Somebody else works in this folder."""


class FolderLock:
    """A lock on a file. Children that get :attr:`descriptor` passed on hold it as well.

    So a child that outlives a crashed parent still keeps others out of the folder.
    """

    def __init__(self, path: Path, *, patience: float = 0) -> None:
        """Take the lock.

        Args:
            path: the lock file; made when it is not there, never removed.
            patience: seconds to wait for it.

        Raises:
            FolderInUseError: when another still has it; the message names the process.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not self._taken():
            if time.monotonic() > deadline:
                owner = os.pread(self.descriptor, 100, 0).decode(errors="replace").strip()
                os.close(self.descriptor)
                raise FolderInUseError(owner or "another process")
            time.sleep(RETRY_SECONDS)
        self.describe(f"process {os.getpid()}")

    def describe(self, owner: str) -> None:
        """Say for others who has the lock."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, owner.encode(), 0)

    def release(self) -> None:
        """Let go; children that hold the lock keep it."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _taken(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
