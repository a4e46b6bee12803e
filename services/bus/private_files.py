"""Files with secrets: only their owner may read them, or they are not used."""

from __future__ import annotations

import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class CredentialsError(Exception):
    """A seed, token, key or register is missing, can be read by others, or is damaged."""


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
