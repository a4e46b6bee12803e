"""Any view on a terminal: what stands where, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO

from pydantic import BaseModel
from rich.console import Console

from services.cli.view_page import print_view


class Sort(StrEnum):
    GOOD = "good"


class Proof(BaseModel):
    kind: str
    item_id: str


class Counts(BaseModel):
    open: int
    late: int


class Small(BaseModel):
    name: str
    sort: Sort
    at: datetime
    is_on: bool


class Large(BaseModel):
    name: str
    proof: tuple[Proof, ...] = ()
    one: str | None = None
    two: str = "2"
    three: str = "3"
    four: str = "4"
    five: str = "5"


class Result(BaseModel):
    by: str
    text: str
    present: tuple[str, ...]
    left: str | None = None


class View(BaseModel):
    family_id: str
    nothing: str | None
    counts: Counts
    manners: dict[Sort, int]
    result: Result
    small: tuple[Small, ...]
    large: tuple[Large, ...]


VIEW = View(
    family_id="F1 [red]",
    nothing=None,
    counts=Counts(open=2, late=0),
    manners={Sort.GOOD: 3},
    result=Result(by="Ria", text="It was a long and good conversation for all.", present=("b",)),
    small=(Small(name="a", sort=Sort.GOOD, at=datetime(2026, 3, 1, 9, tzinfo=UTC), is_on=True),),
    large=(
        Large(name="x", proof=(Proof(kind="incident", item_id="i1"),)),
        Large(name="y", one="1", proof=(Proof(kind="report", item_id="r1"),)),
    ),
)


def shown(view: BaseModel) -> list[str]:
    console = Console(width=80, record=True, file=StringIO())
    print_view(console, view)
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_facts_come_first_and_names_are_no_markup() -> None:
    assert shown(VIEW)[:8] == [
        "Family id: F1 [red]",
        "Nothing: -",
        "Counts: open 2; late 0;",
        "Manners: good 3",
        "Result",
        "  By: Ria",
        "  Text: It was a long and good conversation for all.",
        "  Present: b",
    ]


def test_a_list_with_few_columns_is_a_table() -> None:
    lines = shown(VIEW)
    row = next(line for line in lines if line.startswith("│"))
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "a",
        "good",
        "2026-03-01 09:00",
        "yes",
    ]


def test_one_with_many_columns_is_told_one_by_one_without_what_is_empty() -> None:
    lines = shown(VIEW)
    first = next(n for n, line in enumerate(lines) if line.startswith("Large 1/2"))
    second = next(n for n, line in enumerate(lines) if line.startswith("Large 2/2"))
    assert lines[first + 1 : second] == [
        "Name: x",
        "Proof: incident i1",
        "Two: 2",
        "Three: 3",
        "Four: 4",
        "Five: 5",
    ]
    assert "One: 1" in lines[second:]
