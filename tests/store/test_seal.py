"""The seal: what is stored is the erased event, and only the keys give back what it held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from eventsourcing.persistence import MapperDeserialisationError, Notification, StoredEvent

from domain.events import DomainEvent
from domain.family_plan import IncidentRecorded, MemberAdded
from domain.personal import ERASED, personal_fields, subjects_of
from services.keys import ring as ring_module
from services.keys.ring import open_key_ring
from services.settings import Settings
from services.store.application import OnePlan
from services.store.mapper import OrjsonTranscoder, PydanticMapper
from services.store.seal import SEALED, Seal
from services.store.told import PLACE
from tests.golden.samples import sample_events

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = PydanticMapper(transcoder=OrjsonTranscoder())
SAMPLES = sample_events()


@pytest.fixture
def mapper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PydanticMapper]:
    """A mapper with keys of its own."""
    monkeypatch.setattr(ring_module, "CHECK_SECONDS", 0.0)
    ring = open_key_ring(Settings(data_dir=tmp_path))
    mapper = PydanticMapper(transcoder=OrjsonTranscoder())
    mapper.seal = Seal(ring)
    yield mapper
    ring.close()


def told(mapper: PydanticMapper, event: DomainEvent) -> bytes:
    """What is told of an event once it is stored, sealed or not."""
    return orjson.dumps(mapper.to_told(row_of(mapper.to_stored_event(event))).facts())


def row_of(stored: StoredEvent) -> Notification:
    return Notification(**vars(stored), id=1)


def said(event: Any) -> bytes:
    return orjson.dumps(event.model_dump(mode="json", exclude=set(PLACE)))


def destroy(mapper: PydanticMapper, *subjects: str) -> None:
    assert mapper.seal is not None
    mapper.seal._keys.store.destroy(subjects, "e1", NOW)


def sample(kind: type[DomainEvent]) -> DomainEvent:
    return next(one for one in SAMPLES if type(one) is kind)


def texts(event: DomainEvent) -> set[str]:
    found = set()
    for field in personal_fields(event):
        value: Any = event
        for step in field.path:
            value = value[step] if isinstance(step, int) else getattr(value, step)
        found.add(str(value))
    return found


def test_every_event_comes_back_as_it_was(mapper: PydanticMapper) -> None:
    for event in SAMPLES:
        stored = mapper.to_stored_event(event)
        assert mapper.to_domain_event(stored) == event
        assert told(mapper, event) == said(event)
        sentences = [text for text in texts(event) if " " in text]
        assert not any(orjson.dumps(text)[1:-1] in stored.state for text in sentences)


def test_what_is_stored_beside_the_seal_is_the_erased_event(mapper: PydanticMapper) -> None:
    for event in SAMPLES:
        state = orjson.loads(mapper.to_stored_event(event).state)
        state.pop(SEALED, None)
        erased = PLAIN.to_domain_event(
            replace(PLAIN.to_stored_event(event), state=orjson.dumps(state))
        )
        assert texts(erased) <= {ERASED}  # type: ignore[arg-type]
        destroy(mapper, *subjects_of(event))
        assert mapper.to_domain_event(mapper.to_stored_event(event)) == erased
        assert told(mapper, event) == said(erased)


def test_an_event_from_before_the_seal_can_be_read(mapper: PydanticMapper) -> None:
    for event in SAMPLES:
        assert mapper.to_domain_event(PLAIN.to_stored_event(event)) == event


def test_a_text_about_two_goes_when_one_of_them_goes(mapper: PydanticMapper) -> None:
    event = sample(IncidentRecorded)
    stored = mapper.to_stored_event(event)
    destroy(mapper, "family/F1/child")
    read = mapper.to_domain_event(stored)
    assert isinstance(read, IncidentRecorded)
    assert read.incident.text == ERASED
    assert isinstance(event, IncidentRecorded)
    assert read.incident.model_copy(update={"text": event.incident.text}) == event.incident


def test_a_birth_date_becomes_none_and_the_role_stays(mapper: PydanticMapper) -> None:
    stored = mapper.to_stored_event(sample(MemberAdded))
    destroy(mapper, "family/F1")
    read = mapper.to_domain_event(stored)
    assert isinstance(read, MemberAdded)
    assert (read.member.name, read.member.birth_date) == (ERASED, None)
    assert read.member.role.value == "child"


def test_what_is_recorded_of_an_erased_person_later_is_stored_erased(
    mapper: PydanticMapper,
) -> None:
    destroy(mapper, "family/F1")
    stored = mapper.to_stored_event(sample(MemberAdded))
    assert b"Bram" not in stored.state
    assert '"c"' not in stored.state.decode()
    read = mapper.to_domain_event(stored)
    assert isinstance(read, MemberAdded)
    assert read.member.name == ERASED


Damage = Callable[[dict[str, Any]], None]


def cut(piece: dict[str, Any]) -> None:
    piece["c"] = piece["c"][:-8]


def flip(piece: dict[str, Any]) -> None:
    piece["c"] = ("A" if piece["c"][0] != "A" else "B") + piece["c"][1:]


def drop(piece: dict[str, Any]) -> None:
    del piece["c"]


def move(piece: dict[str, Any]) -> None:
    piece["p"] = ["member/member_id" if one == "member/name" else one for one in piece["p"]]


def no_base64(piece: dict[str, Any]) -> None:
    piece["c"] = "!" + piece["c"]


def another_subject(piece: dict[str, Any]) -> None:
    piece["s"] = ["family/F1"]


@pytest.mark.parametrize("damage", [cut, flip, drop, move, no_base64, another_subject])
def test_a_broken_seal_is_an_error_and_never_erased(mapper: PydanticMapper, damage: Damage) -> None:
    stored = mapper.to_stored_event(sample(MemberAdded))
    state = orjson.loads(stored.state)
    damage(state[SEALED][0])
    with pytest.raises(MapperDeserialisationError, match="cannot be read"):
        mapper.to_domain_event(replace(stored, state=orjson.dumps(state)))


@pytest.mark.parametrize(
    "moved",
    [
        lambda one: replace(one, originator_version=one.originator_version + 1),
        lambda one: replace(one, originator_id=SAMPLES[0].originator_id.__class__(int=7)),
    ],
)
def test_a_seal_fits_its_own_event_only(
    mapper: PydanticMapper, moved: Callable[[StoredEvent], StoredEvent]
) -> None:
    stored = mapper.to_stored_event(sample(MemberAdded))
    with pytest.raises(MapperDeserialisationError, match="BrokenSealError"):
        mapper.to_domain_event(moved(stored))
    with pytest.raises(MapperDeserialisationError, match="BrokenSealError"):
        mapper.to_told(row_of(moved(stored))).facts()


def test_without_the_keys_a_sealed_event_is_an_error(
    mapper: PydanticMapper, tmp_path: Path
) -> None:
    stored = mapper.to_stored_event(sample(MemberAdded))
    with pytest.raises(MapperDeserialisationError, match="KeysError"):
        PLAIN.to_domain_event(stored)
    with pytest.raises(MapperDeserialisationError, match="KeysError"):
        PLAIN.to_told(row_of(stored))
    ring = open_key_ring(Settings(data_dir=tmp_path / "another"))
    other = PydanticMapper(transcoder=OrjsonTranscoder())
    other.seal = Seal(ring)
    with pytest.raises(MapperDeserialisationError, match="MissingKeyError"):
        other.to_domain_event(stored)
    with pytest.raises(MapperDeserialisationError, match="MissingKeyError"):
        other.to_told(row_of(stored)).facts()
    ring.close()


def test_the_keys_of_a_batch_are_made_at_once(
    application: OnePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[set[str]] = []
    make = application.keys.store.make

    def remember(subjects: set[str]) -> dict[str, bytes]:
        made.append(subjects)
        return make(subjects)

    monkeypatch.setattr(application.keys.store, "make", remember)
    own = [one for one in SAMPLES if type(one).__name__ in {"MemberAdded", "NoteAdded"}]
    application.events.put(own[:2])
    assert len(made) == 1
