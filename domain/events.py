"""The base of all domain events: frozen pydantic models that an aggregate is made of.

``timestamp`` is the library's name for the moment we came to know the fact (``recorded_at``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import CanInitAggregate, CanMutateAggregate
from eventsourcing.utils import register_topic
from pydantic import BaseModel, ConfigDict

from domain.values import UtcDateTime

EVENT_CLASSES: dict[str, type[DomainEvent]] = {}
"""All event classes by the topic under which they are stored."""


class DomainEvent(BaseModel, CanMutateAggregate[UUID]):
    """Something that was decided or came to be known, for ever.

    A subclass names its ``TOPIC``: the name under which it is stored. Its shape never changes;
    a new version raises ``class_version`` and brings an upcaster ``upcast_vN_vN+1``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    TOPIC: ClassVar[str] = ""
    class_version: ClassVar[int] = 1

    originator_id: UUID
    originator_version: int
    timestamp: UtcDateTime

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "TOPIC" in cls.__dict__:
            register_topic(cls.TOPIC, cls)
            EVENT_CLASSES[cls.TOPIC] = cls

    @property
    def recorded_at(self) -> datetime:
        """When we came to know it, in UTC."""
        return self.timestamp

    def makes_known(self) -> tuple[str, ...]:
        """The keys (:mod:`domain.keys`) of what others may have been waiting for."""
        return ()

    def means(self) -> tuple[DomainEvent, ...]:
        """What a view takes this event for: itself, or the plainer events that it amounts to."""
        return (self,)


class CreatingEvent(DomainEvent, CanInitAggregate[UUID]):
    """The first event of an aggregate."""

    originator_topic: str
