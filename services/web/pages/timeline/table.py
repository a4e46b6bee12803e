"""The timeline as a table: the same events, page by page, with who said it and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projections.story_model import Happening
from services.web.pages.timeline.choice import Choice

ROWS = 30
"""On one page: with the picture it stays below what a page may weigh."""
LONGEST = 600
"""Characters of a text in the table; the plan has the whole."""


@dataclass(frozen=True)
class Table:
    """The events that are chosen, and the part of them that is shown."""

    told: Sequence[Happening]
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-len(self.told) // ROWS), 1)

    @property
    def shown(self) -> Sequence[Happening]:
        """The events on this page."""
        return self.told[(self.page - 1) * ROWS : self.page * ROWS]

    @property
    def first(self) -> int:
        """The number of the first of them, from 1."""
        return (self.page - 1) * ROWS + 1


def table_of(choice: Choice, told: Sequence[Happening]) -> Table:
    """The page that was asked for, or the last one."""
    pages = max(-(-len(told) // ROWS), 1)
    return Table(told, min(choice.page, pages))


class Places:
    """Where each event stands in the table, for the links to it."""

    def __init__(self, choice: Choice, table: Table) -> None:
        self._here = table.page
        self._choice = choice
        self._pages = {one.position: place // ROWS + 1 for place, one in enumerate(table.told)}
        self._queries: dict[int, str] = {}

    def __call__(self, one: Happening) -> str:
        """A link to the row of an event."""
        page = self._pages[one.position]
        if page == self._here:
            return f"#e{one.position}"
        if page not in self._queries:
            self._queries[page] = self._choice.query(page=page)
        return f"{self._queries[page]}#e{one.position}"
