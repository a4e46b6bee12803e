"""The history as files for other programs: JSON Lines, CSV and Parquet, each to be gone on with.

A run that was broken off leaves what it had written; the next one finds the last whole entry and
goes on after it.
"""

from __future__ import annotations

import csv
import io
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import orjson
import pyarrow as pa
from pyarrow import parquet

from services.audit.replay import HistoryEntry

COLUMNS = tuple(HistoryEntry.model_fields)
PART_ENTRIES = 50_000
"""Entries in one Parquet file."""
_TAIL_BYTES = 4 * 1024 * 1024
"""How far from its end a file is searched for its last whole line. An entry is far smaller."""

SCHEMA = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("aggregate_id", pa.string(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("type", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("family_id", pa.string()),
        pa.field("recorded_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("occurred_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("agency", pa.dictionary(pa.int32(), pa.string())),
        pa.field("facts", pa.string(), nullable=False),
    ]
)


class Format(StrEnum):
    """How the history is written down."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class Unfit(Exception):
    """What is there already cannot be gone on with."""


class Sink(ABC):
    """Takes entries one by one. A context manager: what it took is whole at the end."""

    resumed_after: int = 0
    """The position of the last entry that was there already."""

    @abstractmethod
    def write(self, entry: HistoryEntry) -> None:
        """Take an entry. Raises OSError."""

    @abstractmethod
    def close(self) -> None:
        """Finish. Raises OSError."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def json_line(entry: HistoryEntry) -> bytes:
    """One line of JSON Lines."""
    return entry.model_dump_json().encode() + b"\n"


def csv_line(values: tuple[object, ...]) -> bytes:
    """One line of CSV (RFC 4180, but with a line feed alone)."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue().encode()


def csv_values(entry: HistoryEntry) -> tuple[object, ...]:
    """The values of ``COLUMNS``; the facts are one JSON text, times are RFC 3339."""
    told = entry.model_dump(mode="json")
    told["facts"] = orjson.dumps(told["facts"]).decode()
    return tuple(told[name] for name in COLUMNS)


def parquet_row(entry: HistoryEntry) -> dict[str, object]:
    """The values of ``SCHEMA``; the facts are one JSON text."""
    facts = orjson.dumps(entry.facts).decode()
    return {**entry.model_dump(exclude={"facts"}), "facts": facts}


class JsonLines(Sink):
    """A file with one JSON object a line."""

    def __init__(self, path: Path) -> None:
        """Raises Unfit when the file is there and its last line is no entry."""
        self._file = _opened(path)
        last = _cut_to_whole_lines(self._file, path)
        if last is not None:
            self.resumed_after = _position(path, lambda: orjson.loads(last)["position"])

    def write(self, entry: HistoryEntry) -> None:
        """Add a line."""
        self._file.write(json_line(entry))

    def close(self) -> None:
        """All lines are on the disk after it."""
        self._file.close()


class Csv(Sink):
    """A file with a line of names and one line an entry. A text never spans lines (it is JSON)."""

    def __init__(self, path: Path) -> None:
        """Raises Unfit when the file is there and is not one of these."""
        self._file = _opened(path)
        last = _cut_to_whole_lines(self._file, path)
        if last is None:
            self._file.write(csv_line(COLUMNS))
        elif last != csv_line(COLUMNS).rstrip(b"\n"):
            row = next(csv.reader([last.decode()]))
            self.resumed_after = _position(path, lambda: int(row[0]))

    def write(self, entry: HistoryEntry) -> None:
        """Add a line."""
        self._file.write(csv_line(csv_values(entry)))

    def close(self) -> None:
        """All lines are on the disk after it."""
        self._file.close()


class Parquet(Sink):
    """A folder of Parquet files, as every reader of Parquet takes it for one table.

    A file is named after the position of its first entry, and is there only when it is whole.
    """

    def __init__(self, folder: Path) -> None:
        """Raises Unfit when the folder holds something else."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._rows: list[dict[str, object]] = []
        others = [one.name for one in folder.iterdir() if one.suffix not in {".parquet", ".part"}]
        if others:
            raise Unfit(f"{folder} holds other files; give an empty or a new folder")
        for left in folder.glob("*.part"):
            left.unlink()
        parts = sorted(folder.glob("*.parquet"))
        if parts:
            positions = parquet.read_table(parts[-1], columns=["position"])["position"]
            self.resumed_after = positions[-1].as_py()

    def write(self, entry: HistoryEntry) -> None:
        """Take an entry; a file is written once there are enough of them."""
        self._rows.append(parquet_row(entry))
        if len(self._rows) == PART_ENTRIES:
            self._write_part()

    def close(self) -> None:
        """Write the last file."""
        if self._rows:
            self._write_part()

    def _write_part(self) -> None:
        name = f"part-{self._rows[0]['position']:020}"
        aside = self._folder / f"{name}.part"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            parquet.write_table(pa.Table.from_pylist(self._rows, SCHEMA), file)
        aside.replace(self._folder / f"{name}.parquet")
        self._rows = []


def open_sink(form: Format, path: Path) -> Sink:
    """Where entries go in this form.

    Raises:
        Unfit: when something else is there, or the form is no file.
        OSError: when it cannot be written.
    """
    sinks: dict[Format, type[JsonLines | Csv | Parquet]] = {
        Format.JSONL: JsonLines,
        Format.CSV: Csv,
        Format.PARQUET: Parquet,
    }
    if form not in sinks:
        raise Unfit("a table is for reading on the screen; give --format jsonl, csv or parquet")
    return sinks[form](path)


def _opened(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def _cut_to_whole_lines(file: BinaryIO, path: Path) -> bytes | None:
    """Cut off what was half written. Returns the last whole line, None when there is none."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _TAIL_BYTES)
    file.seek(start)
    tail = file.read()
    whole, newline, _half = tail.rpartition(b"\n")
    if not newline and start > 0:
        file.close()
        raise Unfit(f"{path} is no file of lines; give a new file")
    file.truncate(start + len(whole) + len(newline))
    file.seek(0, os.SEEK_END)
    return whole.rpartition(b"\n")[2] if newline else None


def _position(path: Path, read: Callable[[], int]) -> int:
    try:
        position = read()
    except (ValueError, LookupError, TypeError) as error:
        raise Unfit(f"the last line of {path} is no entry of the history") from error
    return position
