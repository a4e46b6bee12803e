"""The event log: all events of the store in the order in which they were recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar, cast

from eventsourcing.persistence import Notification
from eventsourcing.utils import get_topic

from domain.events import DomainEvent
from services.newer import NewerEventError
from services.read_model.source import RecordedEvent
from services.store.application import AnswersMore, OnePlan
from services.store.histories import with_history
from services.store.mapper import PydanticMapper, recorded_at
from services.store.told import Told

PAGE = 1000

Read = TypeVar("Read")


class EventLog:
    """Reads the store as :class:`services.read_model.source.EventSource`.

    Both recorders hand out positions under a lock on the events (SQLite has one writer at a time,
    PostgreSQL's recorder locks the table), so no lower position appears after a higher one.

    Args:
        histories: whether an event that merges or splits families comes with the history it
            leads to. Who folds nothing does not need that in memory.
    """

    def __init__(self, application: OnePlan, *, histories: bool = True) -> None:
        self._application = application
        self._histories = histories

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        """The next ``limit`` events at most, from the first one past ``position``.

        Before an event that a newer release wrote it stops: those in front of it come first.

        Raises:
            NewerEventError: when the very next event is one that a newer release wrote.
        """
        notifications = self._application.recorder.select_notifications(
            start=position, limit=limit, inclusive_of_start=False
        )
        return _until_newer(notifications, self._recorded)

    def told_after(self, position: int, limit: int) -> Sequence[Told]:
        """As :meth:`after`, but what is stored of them, without their histories."""
        rows = cast("AnswersMore", self._application.recorder).select_to_tell(position, limit)
        mapper = cast("PydanticMapper", self._application.mapper)
        return _until_newer(rows, mapper.to_told)

    def _recorded(self, notification: Notification) -> RecordedEvent:
        event = cast("DomainEvent", self._application.mapper.to_domain_event(notification))
        recorded = RecordedEvent(notification.id, event)
        return with_history(recorded, self._application.stream_of) if self._histories else recorded

    def of_types(self, *types: type[DomainEvent]) -> Iterator[DomainEvent]:
        """All events of these types, in the order in which they were recorded."""
        topics, position = [get_topic(one) for one in types], 0
        while page := self._application.recorder.select_notifications(
            start=position, limit=PAGE, topics=topics, inclusive_of_start=False
        ):
            for notification in page:
                yield cast("DomainEvent", self._application.mapper.to_domain_event(notification))
            position = page[-1].id

    def waiting_since(self, position: int) -> datetime | None:
        """When the first event past a position was recorded (UTC), None when there is none.

        Whatever release wrote it: this much of every event is the same.
        """
        found = self._application.recorder.select_notifications(
            start=position, limit=1, inclusive_of_start=False
        )
        return recorded_at(found[0]) if found else None

    def last_position(self) -> int:
        """The position of the last event, 0 when there is none."""
        return self._application.recorder.max_notification_id() or 0


def _until_newer(
    notifications: Sequence[Notification], read: Callable[[Notification], Read]
) -> list[Read]:
    """What can be read of these up to the first that a newer release wrote, which may raise."""
    found: list[Read] = []
    for notification in notifications:
        try:
            found.append(read(notification))
        except NewerEventError:
            if not found:
                raise
            break
    return found
