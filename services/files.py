"""Files that only their owner may read."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, replacing what it held. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def create_private(path: Path, make: Callable[[], str]) -> None:
    """Write a file of mode 0600 unless it is there: the first of several makers wins.

    Raises:
        OSError: when the folder cannot be written.
    """
    if path.exists():
        return
    # Written aside and linked: nobody ever sees half a file.
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        Path(aside).unlink()


def is_private(path: Path) -> bool:
    """Whether nobody but its owner can read or write this file. Raises FileNotFoundError."""
    return not path.stat().st_mode & OTHERS


def private_file(path: Path) -> BinaryIO:
    """A new file of mode 0600 to write bytes to. Raises OSError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
