"""Any view on a terminal: its facts in lines, its lists as tables.

What has more facts than fit on one line of a table is printed one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.table import Table

NOTHING = "-"
MOST_COLUMNS = 6
"""In a table; with more of them there is too little room for each on 80 characters."""


def print_view(console: Console, view: BaseModel) -> None:
    """Print what a view holds, in the order of its fields."""
    for name, value in view:
        if not _is_table(value):
            console.print(f"[bold]{_title(name)}[/]: {escape(_text(value))}")
    for name, value in view:
        if _is_table(value):
            console.print()
            _print_list(console, _title(name), value)


def _is_table(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _print_list(console: Console, title: str, entries: tuple[BaseModel, ...]) -> None:
    columns = [
        name
        for name in type(entries[0]).model_fields
        if any(_text(getattr(entry, name)) != NOTHING for entry in entries)
    ]
    if len(columns) <= MOST_COLUMNS:
        console.print(_table(title, entries, columns))
        return
    for number, entry in enumerate(entries, start=1):
        console.rule(f"{title} {number}/{len(entries)}", align="left")
        print_view(console, entry)


def _table(title: str, entries: tuple[BaseModel, ...], columns: list[str]) -> Table:
    table = Table(*map(_title, columns), title=title, title_justify="left")
    for entry in entries:
        table.add_row(*(escape(_text(getattr(entry, name))) for name in columns))
    return table


def _text(value: object) -> str:
    """A value in one cell."""
    match value:
        case None | () | "":
            return NOTHING
        case tuple():
            return ", ".join(map(_text, value))
        case BaseModel():
            return ", ".join(_parts(value)) or NOTHING
    return _word(value)


def _parts(value: BaseModel) -> Iterator[str]:
    for _, part in value:
        text = _text(part)
        if text != NOTHING:
            yield text


def _word(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
