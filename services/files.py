"""Files that only their owner may read."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class CredentialsError(Exception):
    """A seed, token, key or register is missing, can be read by others, or is damaged."""


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, replacing what it held. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def check_private(path: Path, mend: str = "look at the path in the settings") -> None:
    """Look at who can read this file.

    Args:
        path: the file.
        mend: what to do when it is not there.

    Raises:
        CredentialsError: when it is missing, or open to others than its owner.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise CredentialsError(f"{path} is not there. {mend}") from error
    if mode & OTHERS:
        raise CredentialsError(
            f"{path} can be read by others (mode {stat.S_IMODE(mode):04o}); run: chmod 600 {path}"
        )


def read_private(path: Path) -> str:
    """What a file of mode 0600 holds, without blanks around it.

    Raises:
        CredentialsError: when it is not there, or others can read it.
        OSError: when it cannot be read.
    """
    check_private(path)
    return path.read_text(encoding="utf-8").strip()


def create_private(path: Path, make: Callable[[], str]) -> None:
    """Write a file of mode 0600 unless it is there: the first of several makers wins.

    Raises:
        OSError: when the folder cannot be written.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        new_private(path, (make() + "\n").encode())


def new_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that was not there.

    Raises:
        FileExistsError: when it was; it stands as it is.
        OSError: when the folder cannot be written.
    """
    # Written aside and linked: nobody ever sees half a file.
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(aside)
    finally:
        Path(aside).unlink()


def private_file(path: Path) -> BinaryIO:
    """A new file of mode 0600 to write bytes to. Raises OSError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def replace_file(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file in one step: whoever reads it gets the old or the new, also after a crash.

    Raises OSError; then the old file stands.
    """
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, mode)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in a folder is so on the disk too. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
