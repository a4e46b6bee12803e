"""The notary's book: a file of entries that only grows, and signed checkpoints beside it.

It lies outside the database, so that whoever changes the one has not changed the other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from services.files import replace_file
from services.notary.entry import ENTRY_BYTES, Entry

READ_AT_ONCE = 4096
"""Entries."""


class BookDamaged(Exception):
    """The book is not as the notary left it."""


class Book:
    """The book in a folder, which is made when it is not there. One writer at a time.

    Args:
        folder: holds ``entries`` (64 bytes each), ``checkpoint`` (the last one) and
            ``checkpoints/`` (the last one of each day).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "checkpoints").mkdir(exist_ok=True, mode=0o700)
        self._entries = folder / "entries"

    @property
    def size(self) -> int:
        """How many whole entries there are."""
        return self._entries.stat().st_size // ENTRY_BYTES if self._entries.exists() else 0

    def entries(self, limit: int | None = None) -> Iterator[Entry]:
        """The entries from the first on, at most ``limit``."""
        return islice(map(Entry.unpacked, self._packed()), limit)

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries; they are on the disk when this returns. Raises OSError."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(os.open(self._entries, flags, 0o600), "ab") as file:
            file.write(b"".join(entry.packed() for entry in entries))
            file.flush()
            os.fsync(file.fileno())

    def cut(self, size: int) -> None:
        """Forget what stands after the first ``size`` entries: nobody has signed it."""
        if self._entries.exists():
            os.truncate(self._entries, size * ENTRY_BYTES)

    def checkpoint(self) -> str | None:
        """The last signed checkpoint, None while there is none."""
        path = self.folder / "checkpoint"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def keep(self, checkpoint: str, day: str) -> None:
        """Keep a signed checkpoint as the last one, and as the last of its day."""
        for path in (self.folder / "checkpoints" / day, self.folder / "checkpoint"):
            replace_file(path, checkpoint)

    def _packed(self) -> Iterator[bytes]:
        if not self._entries.exists():
            return
        with self._entries.open("rb") as file:
            while block := file.read(READ_AT_ONCE * ENTRY_BYTES):
                whole = len(block) - len(block) % ENTRY_BYTES
                for start in range(0, whole, ENTRY_BYTES):
                    yield block[start : start + ENTRY_BYTES]
