"""Figures as a table to read, as JSON to keep, and as a picture to compare."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import altair
from rich.console import Console
from rich.table import Table

from benchmarks.choices import Choices
from benchmarks.figures import Figure

MET = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}
RESULTS = "results.json"
PICTURE = "ratios.svg"


def show(figures: Sequence[Figure], console: Console) -> None:
    """A table of all figures."""
    table = Table("what, beside what", "on", title="Benchmarks", expand=True)
    for name in ("figure", "floor", "ratio"):
        table.add_column(name, justify="right")
    table.add_column("target")
    table.add_column("met")
    for benchmark, some in groupby(figures, lambda one: one.benchmark):
        table.add_section()
        table.add_row(f"[bold]{benchmark}[/]")
        for one in some:
            table.add_row(
                one.what + (f"\n[dim]{one.floor_is}[/]" if one.floor_is else ""),
                one.database,
                f"{rounded(one.value)} {one.unit}",
                rounded(one.floor),
                rounded(one.ratio),
                "" if one.target is None else str(one.target),
                MET[one.met],
            )
    console.print(table)


def rounded(figure: float | None) -> str:
    """Three digits that say something; empty for None."""
    if figure is None:
        return ""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def machine() -> dict[str, Any]:
    """Where it was measured, and how much else went on there."""
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def save(
    figures: Sequence[Figure], choices: Choices, began: dict[str, Any], folder: Path
) -> tuple[Path, Path | None]:
    """Write the figures, and a picture of those that have a floor; where they are.

    Raises:
        OSError: when the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "began": began,
        "ended": machine(),
        "choices": choices.as_object(),
        "figures": [one.as_object() for one in figures],
    }
    results, drawn = folder / RESULTS, folder / PICTURE
    results.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if not any(one.ratio for one in figures):
        return results, None
    picture(figures).save(drawn)
    return results, drawn


def picture(figures: Sequence[Figure]) -> altair.LayerChart | altair.FacetChart:
    """How many times its floor each figure is; a stroke where it should be."""
    rows = [
        {
            "figure": f"{one.benchmark}: {one.what} / {one.floor_is}",
            "on": one.database,
            "ratio": one.ratio,
            "target": one.target.limit if one.target and one.target.of_ratio else None,
        }
        for one in figures
        if one.ratio
    ]
    base = altair.Chart(altair.InlineData(values=rows)).encode(
        y=altair.Y("figure:N", title=None, sort=None, axis=altair.Axis(labelLimit=700)),
        yOffset="on:N",
    )
    ratio = altair.Scale(type="log")
    bars = base.mark_point(filled=True, size=70).encode(
        x=altair.X("ratio:Q", scale=ratio, title="times its floor"),
        color=altair.Color("on:N", title=None),
    )
    wanted = base.mark_tick(thickness=2, color="black").encode(x=altair.X("target:Q", scale=ratio))
    return altair.layer(bars, wanted.transform_filter("isValid(datum.target)")).properties(
        width=500, title="Figures against their floors (a stroke is the target)"
    )
