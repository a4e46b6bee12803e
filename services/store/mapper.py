"""How domain events become stored bytes and back: pydantic models as JSON, upcast on the way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any, cast
from uuid import UUID

import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
    Transcoder,
)
from eventsourcing.utils import get_topic

# Whatever may be stored must be known here, whether or not the process deals with it itself.
from domain import case_reference, erasure, family_plan, receipt  # noqa: F401
from domain.events import EVENT_CLASSES, DomainEvent
from domain.personal import PersonalField, personal_fields
from domain.persons import match, person  # noqa: F401
from services.keys.master import KeysError
from services.newer import NewerEventError
from services.store.seal import SEALED, Seal, place_of
from services.store.told import CLASS_VERSION, Told, stored_names, unreadable


class OrjsonTranscoder(Transcoder):
    """JSON by orjson: the states are plain JSON objects, made by pydantic."""

    def encode(self, obj: Any) -> bytes:
        """Bytes of a JSON object. Raises TypeError for what JSON cannot hold."""
        return orjson.dumps(obj)

    def decode(self, data: bytes) -> Any:
        """The JSON object of these bytes. Raises orjson.JSONDecodeError."""
        return orjson.loads(data)


class PydanticMapper(Mapper[UUID]):
    """Maps domain events that are pydantic models.

    A stored state carries ``class_version`` from version 2 on. An older state passes through the
    event class's ``upcast_vN_vN+1`` methods, each of which changes the state in place.

    With a ``seal`` personal data is stored encrypted. What was stored without one can be read.
    """

    seal: Seal | None = None

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The row that holds this event."""
        return self.to_stored_events([cast("DomainEvent", domain_event)])[0]

    def to_stored_events(self, events: Sequence[DomainEvent]) -> list[StoredEvent]:
        """The rows that hold these events; all keys that are missing are made at once."""
        if self.seal is None:
            return [self._stored(event, ()) for event in events]
        personal = [personal_fields(event) for event in events]
        self.seal.prepare(chain.from_iterable(personal))
        return [self._stored(event, held) for event, held in zip(events, personal, strict=True)]

    def _stored(self, event: DomainEvent, personal: Sequence[PersonalField]) -> StoredEvent:
        state = event.model_dump(mode="json", exclude={"originator_id", "originator_version"})
        if type(event).class_version > 1:
            state[CLASS_VERSION] = type(event).class_version
        topic = get_topic(type(event))
        if self.seal is not None:
            self.seal.close(event, topic, state, personal)
        data = self.transcoder.encode(state)
        if self.compressor:
            data = self.compressor.compress(data)
        if self.cipher:
            data = self.cipher.encrypt(data)
        return StoredEvent(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=topic,
            state=data,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event in this row.

        Raises:
            NewerEventError: when a newer release wrote it.
            MapperDeserialisationError: when the state is not what its topic says, its seal is
                broken or a key is missing; with the place of the row but without its content.
        """
        try:
            state = self._state(stored_event)
            version = _version(state)
            event_class = _class_that_reads(stored_event, version)
            if SEALED in state:
                self._open(stored_event, state)
            _upcast(event_class, state, version)
            return event_class.model_validate(
                {
                    **state,
                    "originator_id": stored_event.originator_id,
                    "originator_version": stored_event.originator_version,
                }
            )
        except NewerEventError:
            raise
        except (ValueError, KeysError) as error:
            raise _unreadable(stored_event, error) from error

    def to_told(self, row: Notification) -> Told:
        """What is stored in this row, for whoever shows it and needs no event.

        Raises:
            NewerEventError: when a newer release wrote it.
            MapperDeserialisationError: as :meth:`to_domain_event` does; a broken seal and a
                missing key are only found once the facts are asked for.
        """
        try:
            state = self._state(row)
            version = _version(state)
            kind = _class_that_reads(row, version)
        except NewerEventError:
            raise
        except ValueError as error:
            raise _unreadable(row, error) from error
        state.pop(CLASS_VERSION, None)
        sealed = SEALED in state
        if version != kind.class_version or len(state) - sealed != len(stored_names(kind)):
            return Told.of(row.id, cast("DomainEvent", self.to_domain_event(row)))
        if sealed and self.seal is None:
            raise _unreadable(row, KeysError("a sealed event needs its keys"))
        seal = self.seal if sealed else None
        place = str(row.originator_id), row.originator_version
        return Told(row.id, *place, kind, row.topic, state, seal)

    def _open(self, stored_event: StoredEvent, state: dict[str, Any]) -> None:
        if self.seal is None:
            raise KeysError("a sealed event needs its keys")
        place = place_of(stored_event.originator_id, stored_event.originator_version)
        self.seal.open(place, stored_event.topic, state)

    def _state(self, stored_event: StoredEvent) -> dict[str, Any]:
        data = stored_event.state
        if self.cipher:
            data = self.cipher.decrypt(data)
        if self.compressor:
            data = self.compressor.decompress(data)
        state: dict[str, Any] = self.transcoder.decode(data)
        return state


def _unreadable(row: StoredEvent, error: Exception) -> MapperDeserialisationError:
    return unreadable(row.originator_id, row.originator_version, row.topic, error)


OURS = "oneplan."
"""What the topics of our events begin with, in every release."""


def require_known(stored_event: StoredEvent) -> None:
    """Look whether this process has what it needs to read a stored event; no key is needed.

    Raises:
        NewerEventError: when a newer release wrote it.
        ValueError: when it is no event of ours at all.
    """
    _class_that_reads(stored_event, _version(orjson.loads(stored_event.state)))


def recorded_at(stored_event: StoredEvent) -> datetime:
    """When we came to know what is stored (UTC); no key is needed, nor the event's class."""
    moment: str = orjson.loads(stored_event.state)["timestamp"]
    return datetime.fromisoformat(moment)


def _class_that_reads(stored_event: StoredEvent, version: int) -> type[DomainEvent]:
    """The event class that is stored under this topic.

    The library would import whatever a topic names; what stands in a row must not choose that.
    """
    topic = stored_event.topic
    event_class = EVENT_CLASSES.get(topic)
    if event_class is None and not topic.startswith(OURS):
        raise ValueError("no event has this topic")
    if event_class is None or version > event_class.class_version:
        known = None if event_class is None else event_class.class_version
        place = f"{stored_event.originator_id} version {stored_event.originator_version}"
        raise NewerEventError(topic, place, known, version)
    return event_class


def _version(state: dict[str, Any]) -> int:
    version = state.get(CLASS_VERSION, 1)
    if not isinstance(version, int) or version < 1:
        raise ValueError("the version of its class is no version")
    return version


def _upcast(event_class: type[DomainEvent], state: dict[str, Any], version: int) -> None:
    state.pop(CLASS_VERSION, None)
    for older in range(version, event_class.class_version):
        getattr(event_class, f"upcast_v{older}_v{older + 1}")(state)
