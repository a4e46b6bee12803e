"""Events are for ever: every version of every event that was ever stored can still be read.

``tests/golden/<topic>/v<N>.json`` holds a stored state as version N wrote it, and
``v<N>.schema.json`` the shape of version N. Neither may change once it has landed: another shape
is another version with an upcaster. ``python -m tests.golden.write`` adds the files of a new
version and leaves those that exist alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.utils import get_topic

from domain.events import DomainEvent
from domain.family_plan import ActionAgreed
from domain.values import Owner
from services.store.mapper import OrjsonTranscoder, PydanticMapper
from services.store.told import PLACE
from tests.golden.samples import sample_events

FOLDER = Path(__file__).parent
MAPPER = PydanticMapper(transcoder=OrjsonTranscoder())
SOMEWHERE = UUID("00000000-0000-5000-8000-000000000001")


def event_classes(base: type[DomainEvent] = DomainEvent) -> list[type[DomainEvent]]:
    """All event types that can be stored."""
    found = [base] if "TOPIC" in base.__dict__ and base.TOPIC else []
    for subclass in base.__subclasses__():
        found += [one for one in event_classes(subclass) if one not in found]
    return found


CLASSES = sorted(event_classes(), key=lambda one: one.TOPIC)
VERSIONS = [
    pytest.param(one, version, id=f"{one.TOPIC}-v{version}")
    for one in CLASSES
    for version in range(1, one.class_version + 1)
]


def stored(event_class: type[DomainEvent], state: bytes) -> StoredEvent:
    return StoredEvent(SOMEWHERE, 1, get_topic(event_class), state)


def schema_of(event_class: type[DomainEvent]) -> dict[str, object]:
    """The shape of an event without what is prose, so that a better comment is no new version."""

    def without_prose(node: object) -> object:
        if isinstance(node, dict):
            return {
                key: without_prose(value)
                for key, value in node.items()
                if not (key in {"description", "title"} and isinstance(value, str))
            }
        return [without_prose(one) for one in node] if isinstance(node, list) else node

    shape = without_prose(event_class.model_json_schema())
    assert isinstance(shape, dict)
    return shape


def test_every_event_type_has_a_sample() -> None:
    assert {type(event) for event in sample_events()} == set(CLASSES)


@pytest.mark.parametrize(("event_class", "version"), VERSIONS)
def test_a_stored_example_of_each_version_can_be_read(
    event_class: type[DomainEvent], version: int
) -> None:
    state = (FOLDER / event_class.TOPIC / f"v{version}.json").read_bytes()
    event = MAPPER.to_domain_event(stored(event_class, state))
    assert type(event) is event_class
    told = MAPPER.to_told(Notification(SOMEWHERE, 1, get_topic(event_class), state, id=7))
    assert told.facts() == event.model_dump(mode="json", exclude=set(PLACE))
    if version == event_class.class_version:
        assert json.loads(MAPPER.to_stored_event(event).state) == json.loads(state)


@pytest.mark.parametrize("event_class", CLASSES, ids=lambda one: one.TOPIC)
def test_the_shape_of_a_version_does_not_change(event_class: type[DomainEvent]) -> None:
    landed = FOLDER / event_class.TOPIC / f"v{event_class.class_version}.schema.json"
    assert schema_of(event_class) == json.loads(landed.read_text(encoding="utf-8")), (
        f"{event_class.TOPIC} has another shape than its version {event_class.class_version}: "
        "raise class_version, write an upcaster, and run `python -m tests.golden.write`"
    )


def test_an_old_version_passes_through_its_upcasters() -> None:
    old = (FOLDER / "oneplan.plan.ActionAgreed" / "v1.json").read_bytes()
    event = MAPPER.to_domain_event(stored(ActionAgreed, old))
    assert isinstance(event, ActionAgreed)
    assert event.action.owner == Owner(name="mother")
    assert json.loads(MAPPER.to_stored_event(event).state)["class_version"] == 2
    assert MAPPER.to_domain_event(MAPPER.to_stored_event(event)) == event
