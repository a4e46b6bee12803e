"""A wall clock that a test can put forwards and backwards under a running process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True)
class Clock:
    """What libfaketime is told, in a file that the process looks at every second.

    The monotonic clock goes on as it was, as it does when somebody sets a machine's clock.
    """

    file: Path

    def environment(self) -> dict[str, str]:
        """What lets a process live by this clock."""
        import libfaketime  # noqa: PLC0415 - of the development group

        if not self.file.exists():
            self.set(timedelta())
        library = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, away: timedelta) -> None:
        """How far it is from the true time."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{away.total_seconds():+.0f}\n")
        new.replace(self.file)
