"""How much it takes for so many families: ``python -m benchmarks.capacity`` after ``make bench``.

What is measured comes from the results of the benchmarks, on PostgreSQL; what is assumed stands in
:class:`Assumed`, each with where it is from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple, Self

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.shown import RESULTS, rounded
from services.bus.streams import RECEIPT_DAYS

FAMILIES = (1_000, 26_000, 260_000, 2_600_000)
"""A first municipality, one of the mean size of a hundredth of the country, a region, all of it."""
GIGABYTE = 1e9
HOUR = 3600
OUTPUT = Path("var/benchmarks")
EXPIRING = "PARTY_RECEIPTS"
LAST_ONLY = "PARTY_VIEWS"


@dataclass(frozen=True)
class Group:
    """A share of all families, and how many agency events come about each in all the years."""

    share: float
    events: int


@dataclass(frozen=True)
class Assumed:
    """What nobody measured.

    Of some 4.6 million people under 23, 467,000 had youth care in 2022, 39,000 of them youth
    protection, of which some 9,000 measures begin each year; Veilig Thuis had 120,000 reports in
    2021 (all CBS). In ten years that is taken to be 3% of the families with heavy help, 20% with
    some, and it is assumed that of all others something is told too: more than there will be.
    """

    years: int = 10
    groups: tuple[Group, ...] = (Group(0.03, 300), Group(0.20, 60), Group(0.77, 5))
    parties: float = 4
    """Agencies that are party to a plan, in the mean."""
    working_days: int = 255
    peak_hour: float = 0.2
    """The share of a day's events in its busiest hour."""
    burst: float = 5
    """How many times as much as that hour's mean comes in its busiest second."""
    looks: float = 10
    """How often somebody looks for each event that comes."""
    replicas: int = 3
    """Copies of what is on the bus."""
    databases: int = 2
    """Copies of the database."""
    headroom: float = 0.5
    """How busy a process may be in the busiest second."""

    @property
    def events_a_family(self) -> float:
        """Agency events about a family in all the years, in the mean."""
        return sum(one.share * one.events for one in self.groups)


@dataclass(frozen=True)
class Measured:
    """What the benchmarks saw on PostgreSQL. Sizes are in bytes an agency event."""

    database: Mapping[str, float]
    streams: Mapping[str, float]
    messages: Mapping[str, float]
    subject: float
    """Bytes of nats-server's memory for each subject."""
    intake: float
    """Events a second of one intake."""
    rebuild: float
    """Stored events a second into all views."""
    replay: float
    """Stored events a second of a replay."""
    answer: float
    """Seconds for an answer over HTTP, when nothing waits."""
    whole: float
    """Events a second that the whole service takes through to the last view, on one machine."""
    rows: float
    """Stored events for each agency event."""

    @classmethod
    def read(cls, results: Path) -> Self:
        """From the results of ``make bench``. Raises ValueError for what was not measured."""
        figures = json.loads(results.read_text(encoding="utf-8"))["figures"]
        found = {
            (one["benchmark"], one["what"]): float(one["value"])
            for one in figures
            if one["database"] in ("postgresql", "nats")
        }
        sizes = {what: value for (name, what), value in found.items() if name == "sizes"}
        stored = _named(sizes, "stored: ")
        return cls(
            database={k: v for k, v in stored.items() if not k.startswith("stream ")},
            streams=_named(sizes, "stored: stream "),
            messages=_named(sizes, "messages in "),
            subject=_one(found, "sizes", "memory of nats-server"),
            intake=_one(found, "ingest-nats", "intake service"),
            rebuild=_one(found, "rebuild", "rebuild of all"),
            replay=_one(found, "replay", "audit replay"),
            answer=_one(found, "latency", "plan over HTTP", "p50") / 1000,
            whole=_one(found, "sizes", "whole service"),
            rows=_one(found, "sizes", "stored events"),
        )


def _named(figures: Mapping[str, float], prefix: str) -> dict[str, float]:
    found = {
        what.removeprefix(prefix): value
        for what, value in figures.items()
        if what.startswith(prefix)
    }
    if not found:
        raise ValueError(f"nothing is measured that begins with {prefix!r}: run `make bench` first")
    return found


def _one(
    figures: Mapping[tuple[str, str], float], benchmark: str, begin: str, end: str = ""
) -> float:
    for (name, what), value in figures.items():
        if name == benchmark and what.startswith(begin) and what.endswith(end):
            return value
    raise ValueError(
        f"{benchmark!r} is not measured on PostgreSQL: run `make bench ARGS={benchmark}` first"
    )


class Need(NamedTuple):
    """A line of the table: what is needed, for each number of families."""

    what: str
    unit: str
    amount: float


def needs(families: int, measured: Measured, assumed: Assumed) -> Iterator[Need]:
    """What so many families take, at the end of all the years."""
    events = families * assumed.events_a_family
    days = assumed.years * assumed.working_days
    hour = events / days * assumed.peak_hour
    second = hour / HOUR * assumed.burst
    yield Need("agency events in all", "million", events / 1e6)
    yield Need("in the busiest hour", "events", hour)
    yield Need("in the busiest second", "events", second)
    database = sum(measured.database.values()) * events
    yield Need("database", "GB", database / GIGABYTE)
    for name, size in sorted(measured.database.items()):
        yield Need(f"- {name}", "GB", size * events / GIGABYTE)
    bus = _at_the_end(measured.streams, families, measured, assumed)
    yield Need("bus, one copy", "GB", bus / GIGABYTE)
    everything = assumed.databases * database + assumed.replicas * bus
    yield Need("all copies of both", "GB", everything / GIGABYTE)
    subjects = _at_the_end(measured.messages, families, measured, assumed)
    yield Need("memory of each nats-server", "GB", subjects * measured.subject / GIGABYTE)
    yield Need("intakes", "processes", _processes(second / measured.intake, assumed))
    yield Need("web", "processes", _processes(second * assumed.looks * measured.answer, assumed))
    stored = events * measured.rows
    yield Need("this machine, in the busiest second", "% busy", 100 * second / measured.whole)
    yield Need("rebuild of all views", "hours", stored / measured.rebuild / HOUR)
    yield Need("replay of the whole history", "hours", stored / measured.replay / HOUR)


def _processes(busy: float, assumed: Assumed) -> float:
    return max(1, -(-busy // assumed.headroom))


def _at_the_end(
    each: Mapping[str, float], families: int, measured: Measured, assumed: Assumed
) -> float:
    """Of all streams together, what an event leaves in each being so much.

    At worst each message has a subject of its own.
    """
    events, found = families * assumed.events_a_family, 0.0
    for stream, amount in each.items():
        if stream == LAST_ONLY:
            found += families * assumed.parties * amount / measured.messages[stream]
        else:
            found += events * amount * _kept(stream, assumed)
    return found


def _kept(stream: str, assumed: Assumed) -> float:
    """The share of a stream that is still there at the end."""
    return RECEIPT_DAYS / (365 * assumed.years) if stream == EXPIRING else 1


def main(
    families: Annotated[list[int] | None, typer.Option(min=1, help="May be repeated.")] = None,
    results: Annotated[Path, typer.Option(help="Of `make bench`.")] = Path("var/benchmarks")
    / RESULTS,
) -> None:
    """Show what so many families take, as a table in Markdown.

    Example: python -m benchmarks.capacity --families 50000
    """
    chosen = families or list(FAMILIES)
    try:
        measured = Measured.read(results)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{results}: {error}") from error
    show(chosen, measured, Assumed(), Console(width=140))


def show(families: list[int], measured: Measured, assumed: Assumed, console: Console) -> None:
    """A column for each number of families."""
    table = Table("what", "unit", box=box.MARKDOWN)
    for one in families:
        table.add_column(f"{one:,} families", justify="right")
    columns = [list(needs(one, measured, assumed)) for one in families]
    for line in zip(*columns, strict=True):
        table.add_row(line[0].what, line[0].unit, *(rounded(one.amount) for one in line))
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
