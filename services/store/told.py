"""What is stored of an event, as whoever only shows it needs it: plain JSON, and no domain event.

What a class says of an event is what was stored of it, for its state was made by that class and is
read by it unchanged. Where an older class wrote it, the event is built and taken apart again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import MapperDeserialisationError

from domain.events import DomainEvent
from services.keys.master import KeysError

if TYPE_CHECKING:
    from services.store.seal import Seal

CLASS_VERSION = "class_version"
PLACE = frozenset({"originator_id", "originator_version"})
"""The fields of an event that are columns of its row."""


@dataclass(slots=True)
class Told:
    """A stored event at its position; ``state`` are its facts, the personal ones sealed.

    Of ``state`` only what is not personal may be looked at; :meth:`facts` has all.
    """

    position: int
    aggregate_id: str
    version: int
    kind: type[DomainEvent]
    topic: str
    state: dict[str, Any]
    seal: Seal | None = None

    @classmethod
    def of(cls, position: int, event: DomainEvent) -> Told:
        """What would be told of this event, were it stored."""
        state = event.model_dump(mode="json", exclude=set(PLACE))
        place = str(event.originator_id), event.originator_version
        return cls(position, *place, type(event), type(event).TOPIC, state)

    def facts(self) -> dict[str, Any]:
        """What its type says, as ``model_dump(mode="json")`` has it without the columns.

        To be asked for once: it is the state itself, unsealed.

        Raises:
            MapperDeserialisationError: when its seal is broken or a key is missing.
        """
        if self.seal is not None:
            try:
                self.seal.open(f"{self.aggregate_id}:{self.version}", self.topic, self.state)
            except (ValueError, KeysError) as error:
                place = self.aggregate_id, self.version, self.topic
                raise unreadable(*place, error) from error
        return self.state


def unreadable(
    originator_id: object, version: int, topic: str, error: Exception
) -> MapperDeserialisationError:
    """What is raised for a row that cannot be read: its place, and nothing of its content."""
    return MapperDeserialisationError(
        f"stored event {originator_id} version {version} ({topic}) cannot be read: "
        f"{type(error).__name__}"
    )


@cache
def stored_names(kind: type[DomainEvent]) -> frozenset[str]:
    """The names in a state that this class has written."""
    return frozenset(kind.model_fields) - PLACE
