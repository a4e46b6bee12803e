"""The history as a stream of bytes: JSON Lines, CSV or Parquet, made while it is read.

Each piece is one page of the history, empty when nothing in it was chosen, so that whoever goes
away in a long search ends it. Nothing is read before it is asked for: whoever reads slowly slows
the reading of the database down.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from services.audit.formats import (
    COLUMNS,
    SCHEMA,
    Format,
    csv_line,
    csv_values,
    json_line,
    parquet_row,
)
from services.audit.replay import HistoryEntry

GROUP_ENTRIES = 5_000
"""Entries in one row group of Parquet, or a page more."""

Pages = Iterable[Sequence[HistoryEntry]]


def json_lines(pages: Pages) -> Iterator[bytes]:
    """One JSON object a line."""
    for page in pages:
        yield b"".join(map(json_line, page))


def csv_lines(pages: Pages) -> Iterator[bytes]:
    """A line of names, and one line an entry."""
    names = csv_line(COLUMNS)
    for page in pages:
        yield names + b"".join(csv_line(csv_values(one)) for one in page)
        names = b""
    yield names


def parquet_file(pages: Pages) -> Iterator[bytes]:
    """One Parquet file. Its last bytes say what is in it: without them no reader opens it."""
    pipe, rows = _Pipe(), list[dict[str, object]]()
    writer = parquet.ParquetWriter(pipe, SCHEMA)
    for page in pages:
        rows += map(parquet_row, page)
        if len(rows) >= GROUP_ENTRIES:
            writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
            rows.clear()
        yield pipe.take()
    if rows:
        writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
    writer.close()
    yield pipe.take()


STREAMS: dict[Format, Callable[[Pages], Iterator[bytes]]] = {
    Format.JSONL: json_lines,
    Format.CSV: csv_lines,
    Format.PARQUET: parquet_file,
}
"""Each form that can be read while it comes in, or kept as one file."""


class _Pipe(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._written += data
        return memoryview(data).nbytes

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
