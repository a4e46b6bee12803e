"""One event of each type, as the domain makes them, for the golden files; one module a concept."""

from __future__ import annotations

from domain.events import DomainEvent
from tests.golden.samples import (
    addresses,
    conferences,
    emergency,
    erasing,
    handover,
    measures,
    merging,
    persons,
    questions,
    reports,
    signals,
    spine,
    voice,
    work,
)

MODULES = (
    spine,
    work,
    questions,
    reports,
    measures,
    voice,
    signals,
    conferences,
    addresses,
    emergency,
    handover,
    persons,
    erasing,
    merging,
)


def sample_events() -> list[DomainEvent]:
    """Every event type that the domain can bring forth, at least once."""
    return [event for module in MODULES for event in module.events()]
