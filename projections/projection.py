"""Projection: one view as a fold over the domain's events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from domain.events import DomainEvent
from projections.rows import Reference, Row, Rows

E = TypeVar("E", bound=DomainEvent)
Handler = Callable[[E, int, Rows], None]
"""Given an event, its position in the store and the rows, it changes the rows."""


class Projection:
    """One view: its rows, and what each kind of event does to them.

    Args:
        name: unique among the projections; its position is kept under this name.
        version: to be raised when rows or handlers change, so that the view is built anew.
        rows: the row types that only this projection writes.
        as_recorded: whether it shows events as they were recorded, instead of what they amount to
            for the family (:meth:`domain.events.DomainEvent.means`).
        over_families: whether its rows are not those of one family, so that they are not folded
            anew when families are merged or split.
    """

    def __init__(
        self,
        name: str,
        version: int,
        *,
        rows: tuple[type[Row], ...],
        as_recorded: bool = False,
        over_families: bool = False,
    ) -> None:
        self.name = name
        self.version = version
        self.rows = rows
        self.over_families = over_families
        self._as_recorded = as_recorded
        self._handlers: dict[type[DomainEvent], Handler[Any]] = {}
        self._reads: Callable[[DomainEvent], Iterable[Reference]] | None = None
        self._chains: dict[type[DomainEvent], tuple[Handler[Any], ...]] = {}

    def on(self, event_class: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Register what an event of this class, or of a class derived from it, does."""

        def register(handler: Handler[E]) -> Handler[E]:
            if event_class in self._handlers:
                raise ValueError(f"{self.name} handles {event_class.__name__} already")
            self._handlers[event_class] = handler
            self._chains.clear()
            return handler

        return register

    def reads(
        self, function: Callable[[DomainEvent], Iterable[Reference]]
    ) -> Callable[[DomainEvent], Iterable[Reference]]:
        """Register which rows an event's handlers will ask for.

        That lets a batch read them in one query. Rows it does not name are read when asked for.
        """
        self._reads = function
        return function

    def handles(self, event: DomainEvent) -> bool:
        """Whether an event may change the rows; a receipt, say, changes those of no view."""
        kind = type(event)
        plain = self._as_recorded or kind.means is DomainEvent.means
        return not plain or bool(self._chain(kind))

    def needs(self, event: DomainEvent) -> Iterable[Reference]:
        """The rows that this event's handlers are known to ask for."""
        return () if self._reads is None else self._reads(event)

    def handle(self, event: DomainEvent, position: int, rows: Rows) -> None:
        """Let an event change the rows: the handler of its class first, then those of its bases.

        An event that nothing was registered for is ignored.
        """
        for told in (event,) if self._as_recorded else event.means():
            for handler in self._chain(type(told)):
                handler(told, position, rows)

    def _chain(self, event_class: type[DomainEvent]) -> tuple[Handler[Any], ...]:
        chain = self._chains.get(event_class)
        if chain is None:
            chain = tuple(
                self._handlers[one] for one in event_class.__mro__ if one in self._handlers
            )
            self._chains[event_class] = chain
        return chain
