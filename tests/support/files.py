"""Which files hold a text, in any form in which it may have been written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path


def files_with(folder: Path, mark: bytes | str, but: Iterable[str] = ()) -> list[str]:
    """The files below a folder that hold a mark as UTF-8, UTF-16 or escaped as in JSON.

    Args:
        but: beginnings of paths below the folder that are not looked at.
    """
    forms = _forms(mark)
    found = []
    # os.walk passes over a folder that goes while we look.
    walked = (Path(at, name) for at, _, names in os.walk(folder) for name in names)
    for path in sorted(walked):
        below = str(path.relative_to(folder))
        if below.startswith(tuple(but)) or not path.is_file():
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # it went while we looked
            continue
        if any(form in content for form in forms):
            found.append(below)
    return found


def _forms(mark: bytes | str) -> set[bytes]:
    words = mark.decode() if isinstance(mark, bytes) else mark
    escaped = json.dumps(words)[1:-1]
    return {words.encode(), escaped.encode(), words.encode("utf-16-le"), words.encode("utf-16-be")}
