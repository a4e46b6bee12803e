"""What a projector reads: the events of the store in the order of their positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.events import DomainEvent


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event and its position in the store, from 1.

    ``history`` comes with an event by which families are merged or split: all that is known of
    its family from then on, in the order in which views are folded. None with any other event.
    """

    position: int
    event: DomainEvent
    history: tuple[RecordedEvent, ...] | None = None


class EventSource(Protocol):
    """The events of the store. Positions rise, and may leave gaps.

    An implementation never shows a position while a lower one can still appear: a projector
    that has passed a position does not look back.
    """

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        """The next ``limit`` events at most, from the first one past ``position``."""

    def last_position(self) -> int:
        """The position of the last event, 0 when there is none."""
