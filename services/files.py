"""Files that only their owner may read."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class NotPrivateError(Exception):
    """A secret's file is missing or can be read by others."""


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, replacing what it held. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def read_private(path: Path) -> str:
    """What a file of mode 0600 holds, without blanks around it.

    Raises:
        NotPrivateError: when it is not there, or others can read it.
        OSError: when it cannot be read.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError as error:
        raise NotPrivateError(f"{path} is not there") from error
    if mode & OTHERS:
        raise NotPrivateError(
            f"{path} can be read by others (mode {mode:04o}); run: chmod 600 {path}"
        )
    return path.read_text(encoding="utf-8").strip()


def create_private(path: Path, make: Callable[[], str]) -> None:
    """Write a file of mode 0600 unless it is there: the first of several makers wins.

    Raises:
        OSError: when the folder cannot be written.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written aside and linked: nobody ever sees half a file.
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        Path(aside).unlink()


def private_file(path: Path) -> BinaryIO:
    """A new file of mode 0600 to write bytes to. Raises OSError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
