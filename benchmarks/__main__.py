"""Run the benchmarks: ``python -m benchmarks --help``; ``make bench`` runs all of them."""

from __future__ import annotations

import cProfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.choices import Choices
from benchmarks.figures import Figure
from benchmarks.registry import BENCHMARKS
from benchmarks.shown import machine, save, show
from benchmarks.stores import Database, Stores
from services.logs import configure_logs
from services.memory import collect_seldom
from services.settings import Settings

DEFAULT = Choices()
OUTPUT = Path("var/benchmarks")


def main(
    which: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(BENCHMARKS)}; nothing means all.")
    ] = None,
    on: Annotated[
        list[Database] | None, typer.Option(help="The database; may be repeated.")
    ] = None,
    events: Annotated[int, typer.Option(min=10, help="Events a run.")] = DEFAULT.events,
    families: Annotated[int, typer.Option(min=1)] = DEFAULT.families,
    repeats: Annotated[int, typer.Option(min=1)] = DEFAULT.repeats,
    batch: Annotated[int, typer.Option(min=1, help="Events taken together.")] = DEFAULT.batch,
    seed: int = DEFAULT.seed,
    large_store: Annotated[
        int, typer.Option(min=1000, help="Events stored before, where that matters.")
    ] = DEFAULT.large_store,
    large_family: Annotated[int, typer.Option(min=100)] = DEFAULT.large_family,
    rate: Annotated[
        int, typer.Option(min=1, help="Events or requests a second where a rate is held.")
    ] = DEFAULT.rate,
    seconds: Annotated[int, typer.Option(min=1, help="How long.")] = DEFAULT.seconds,
    output: Annotated[Path, typer.Option(help="Where results.json and ratios.svg go.")] = OUTPUT,
    profile: Annotated[
        Path | None, typer.Option(help="Look into `ingest` and write this for pstats.")
    ] = None,
) -> None:
    """Measure, each figure beside its floor in the same run.

    Example: python -m benchmarks ingest replay --on sqlite --events 20000
    """
    console, found = Console(), list[Figure]()
    chosen = which or list(BENCHMARKS)
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        raise typer.BadParameter(f"no benchmark is called {unknown[0]}: {', '.join(BENCHMARKS)}")
    configure_logs(Settings(log_level="ERROR"))
    collect_seldom()  # as each service does
    profiling = None if profile is None else cProfile.Profile()
    choices = Choices(
        events=events,
        families=families,
        repeats=repeats,
        batch=batch,
        seed=seed,
        large_store=large_store,
        large_family=large_family,
        rate=rate,
        seconds=seconds,
        profile=profiling,
    )
    began = machine()
    with Stores() as stores:
        for name in chosen:
            for database in on or list(Database):
                with console.status(f"{name} on {database}"):
                    found.extend(BENCHMARKS[name](stores, database, choices))
                # What was measured is kept, whatever becomes of the rest.
                save(found, choices, began, output)
    show(found, console)
    console.print(*map(str, filter(None, save(found, choices, began, output))))
    if profiling is not None and profile is not None:
        profiling.dump_stats(profile)


if __name__ == "__main__":
    typer.run(main)
