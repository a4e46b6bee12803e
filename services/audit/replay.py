"""Replay: every event in the order in which it was recorded, with constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.case_reference import CaseReferenceLinked
from domain.erasure import ErasureEvent
from domain.erasure.legal_hold import HoldEvent
from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.receipt import EventAccepted
from domain.values import UtcDateTime
from services.read_model.source import EventSource, RecordedEvent

PAGE = 1000
_OWN_FIELDS = {"originator_id", "originator_version", "timestamp", "originator_topic"}

HistoricEvent = PlanEvent | CaseReferenceLinked | EventAccepted | ErasureEvent | HoldEvent


class HistoryEntry(BaseModel):
    """One event of the history. ``facts`` are all that its type says; times are in UTC.

    ``family_id`` is empty for what is about no family.
    """

    model_config = ConfigDict(frozen=True)

    position: int
    aggregate_id: str
    version: int
    type: str
    family_id: str
    recorded_at: UtcDateTime
    occurred_at: UtcDateTime
    facts: dict[str, Any]


def recorded_events(source: EventSource) -> Iterator[RecordedEvent]:
    """All events there are, page by page."""
    position = 0
    while page := source.after(position, PAGE):
        yield from page
        position = page[-1].position


def replay(
    source: EventSource, *, family_id: str | None = None, until: datetime | None = None
) -> Iterator[HistoryEntry]:
    """The history, oldest first.

    Args:
        family_id: only what is about this family.
        until: only what we had come to know by then (``recorded_at``, with an offset).
    """
    for recorded in recorded_events(source):
        event = recorded.event
        if until is not None and event.recorded_at > until:
            continue
        if family_id is not None and _family(event) != family_id:
            continue
        yield _entry(recorded.position, event)


def _entry(position: int, event: DomainEvent) -> HistoryEntry:
    if not isinstance(event, HistoricEvent):
        raise TypeError(f"the history cannot show {type(event).__name__}")
    return HistoryEntry(
        position=position,
        aggregate_id=str(event.originator_id),
        version=event.originator_version,
        type=type(event).__name__,
        family_id=_family(event),
        recorded_at=event.recorded_at,
        occurred_at=event.recorded_at if isinstance(event, EventAccepted) else event.occurred_at,
        facts=event.model_dump(mode="json", exclude=_OWN_FIELDS),
    )


def _family(event: DomainEvent) -> str:
    about = event.target if isinstance(event, ErasureEvent) else event
    return getattr(about, "family_id", None) or ""
