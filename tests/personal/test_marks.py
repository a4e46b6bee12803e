"""Every text in every event is marked as personal, or there is a reason why it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from domain.anatomy import fields
from domain.events import DomainEvent
from domain.personal import ERASED, personal_fields, subjects_of, with_items
from domain.values.base import AgencyCode, FamilyId
from tests.golden.samples import sample_events
from tests.golden.test_golden import CLASSES

NOT_PERSONAL = {
    # Who acted, and after which message: a code or an identifier, kept for the audit.
    "Provenance.actor",
    "Provenance.correlation_id",
    "Provenance.causation_id",
    # The name of a class in our own code.
    "*.originator_topic",
    # Identifiers of a message, and a digest.
    "EventAccepted.source",
    "EventAccepted.event_id",
    "EventAccepted.event_type",
    "EventAccepted.body_digest",
    "ErasureCarriedOut.digest",
    # The names of subjects: identifiers.
    "ErasureCarriedOut.subjects",
    # What a rule found, in ids and numbers, without names (domain/values/signals.py).
    "Finding.key",
    "Finding.detail",
    "SignalStrengthened.rule",
    "SignalStrengthened.key",
    "SignalStrengthened.detail",
    "SignalLapsed.rule",
    "SignalLapsed.key",
    # What a merged plan remembered, and what it is called in another one: identifiers and rules.
    "HeldItem.kind",
    "HeldItem.item_id",
    "HeldSignal.rule",
    "HeldSignal.key",
    "Renaming.before",
    "Renaming.after",
    "FamilySplit.steps_on",
    # A country without the street and the town.
    "Address.country",
    # Which fields of two descriptions agree, without what stands in them.
    "Suspect.reasons",
}
"""Texts that are nobody's personal data, each with the reason; ``Class.field``."""

SHORT_PATTERNS = {
    info.pattern
    for alias in (AgencyCode, FamilyId)
    for one in alias.__metadata__  # type: ignore[attr-defined]
    for info in getattr(one, "metadata", [])
    if hasattr(info, "pattern")
}


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all those that its fields hold."""
    yield model
    for field in fields(model):
        if field.model is not None:
            yield from models(field.model)


def unmarked(model: type[BaseModel]) -> Iterator[str]:
    """The texts of a model that bear no mark and are no identifier by their pattern."""
    for field in fields(model):
        is_code = any(
            f"'{pattern}'" in repr(model.model_fields[field.name]) for pattern in SHORT_PATTERNS
        )
        if field.is_text and not (field.mark or field.is_member or field.is_item or is_code):
            owner = next(one for one in model.__mro__ if field.name in one.__annotations__)
            yield f"{owner.__name__}.{field.name}"


@pytest.mark.parametrize("event_class", CLASSES, ids=lambda one: one.TOPIC)
def test_every_text_is_marked_or_excused(event_class: type[DomainEvent]) -> None:
    found = {one for model in models(event_class) for one in unmarked(model)}
    left = {one for one in found - NOT_PERSONAL if f"*.{one.split('.')[1]}" not in NOT_PERSONAL}
    assert not left, (
        f"{sorted(left)}: mark it with PersonalText, Name, FamilyText, ... of domain.values, "
        "or say in NOT_PERSONAL why it is nobody's personal data"
    )


def test_no_excuse_is_left_over() -> None:
    found = {one for cls in CLASSES for model in models(cls) for one in unmarked(model)}
    assert {
        f"*.{one.split('.')[1]}" if one.endswith(".originator_topic") else one for one in found
    } == NOT_PERSONAL


def test_every_personal_field_of_the_samples_can_be_erased() -> None:
    for event in sample_events():
        state: Any = event.model_dump(mode="json")
        for field in personal_fields(event):
            *way, last = field.path
            place = state
            for step in way:
                place = place[step]
            assert place[last] is not None
            assert field.erased in {ERASED, None, ()}
            place[last] = field.erased
        erased = type(event).model_validate(state)
        assert {one.path for one in personal_fields(erased)} <= {
            one.path for one in personal_fields(event)
        }


def test_whose_each_text_is() -> None:
    subjects = {type(one).__name__: subjects_of(one) for one in sample_events()}
    assert subjects["PlanOpened"] == {"family/F1", "family/F1/mother"}
    assert subjects["LeadAssigned"] == {"staff/police/carla"}
    assert subjects["LeadHandedOver"] == {"family/F1", "staff/police/carla", "staff/school/dirk"}
    assert subjects["ConcernRaised"] == {"family/F1/mother"}
    assert subjects["ConcernResolved"] == {"family/F1/concern:c1"}
    assert subjects["OutcomeRecorded"] == {"family/F1/child"}
    assert subjects["ConversationHeld"] == {
        "family/F1/mother",
        "family/F1/child",
        "family/F1/staff:police",
    }
    assert subjects["EventAccepted"] == set()


def test_what_is_said_later_about_an_item_goes_with_whom_it_is_about() -> None:
    found = with_items({"family/F1/mother"}, sample_events())
    assert {"family/F1/concern:c1", "family/F1/objection:b1", "family/F1/consent:t1"} <= found
    assert "family/F1/outcome:o1" in found, "through the measure that is for her"
    assert "family/F1/goal:g1" not in found
    assert "family/F1/child" not in found
