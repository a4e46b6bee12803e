"""Any view on a terminal: its facts in lines, its lists as tables.

What has more facts than fit on one line of a table is printed one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from pydantic import BaseModel
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

NOTHING = "-"
MOST_COLUMNS = 6
"""In a table; with more of them there is too little room for each on 80 characters."""
SHORT = 3
"""Facts of something that is named in passing, such as a piece of evidence."""
LONG = 40
"""Characters of a text that is not told in passing."""


def print_view(console: Console, view: BaseModel) -> None:
    """Print what a view holds: first its facts, then its lists, in the order of its fields."""
    for part in _page(view, empty=True):
        console.print(part)


def _page(view: BaseModel, *, empty: bool) -> Iterator[RenderableType]:
    """A view in parts; ``empty`` says whether of a fact is said that there is nothing."""
    lists = {name: value for name, value in view if _is_list(value)}
    for name, value in view:
        if name not in lists:
            yield from _fact(_title(name), value, empty=empty)
    for name, value in lists.items():
        yield ""
        yield from _list(_title(name), value)


def _fact(title: str, value: object, *, empty: bool) -> Iterator[RenderableType]:
    if isinstance(value, BaseModel) and _has_much_to_say(value):
        yield f"[bold]{title}[/]"
        yield Padding(Group(*_page(value, empty=False)), (0, 0, 0, 2))
    elif empty or _text(value) != NOTHING:
        yield f"[bold]{title}[/]: {escape(_text(value))}"


def _has_much_to_say(value: BaseModel) -> bool:
    return len(type(value).model_fields) > SHORT and any(
        isinstance(part, str) and len(part) > LONG for _, part in value
    )


def _is_list(value: object) -> bool:
    """Whether it is a list of things that have more to say than fits into one line."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and isinstance(value[0], BaseModel)
        and len(type(value[0]).model_fields) > SHORT
    )


def _list(title: str, entries: tuple[BaseModel, ...]) -> Iterator[RenderableType]:
    columns = [
        name
        for name in type(entries[0]).model_fields
        if any(_text(getattr(entry, name)) != NOTHING for entry in entries)
    ]
    if len(columns) <= MOST_COLUMNS:
        yield _table(title, entries, columns)
        return
    for number, entry in enumerate(entries, start=1):
        yield Rule(f"{title} {number}/{len(entries)}", align="left")
        yield from _page(entry, empty=False)


def _table(title: str, entries: tuple[BaseModel, ...], columns: list[str]) -> Table:
    table = Table(*map(_title, columns), title=title, title_justify="left")
    for entry in entries:
        table.add_row(*(escape(_text(getattr(entry, name))) for name in columns))
    return table


def _text(value: object) -> str:
    """A value in one line: of a model its facts, numbers among them with their names."""
    match value:
        case None | () | "":
            return NOTHING
        case tuple():
            return ", ".join(map(_text, value))
        case dict():
            return (
                ", ".join(f"{_word(key)} {_text(part)}" for key, part in value.items()) or NOTHING
            )
        case BaseModel():
            return " ".join(_parts(value)) or NOTHING
    return _word(value)


def _parts(value: BaseModel) -> Iterator[str]:
    for name, part in value:
        text = _text(part)
        if isinstance(part, int):
            yield f"{name.replace('_', ' ')} {text};"
        elif text != NOTHING:
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
