"""Survey: what an erasure is about, in subjects, events and fields."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
from pydantic import BaseModel

from domain.case_reference import CaseReferenceLinked
from domain.erasure import ErasureScope, ErasureTarget
from domain.events import DomainEvent
from domain.family_plan import PlanEvent
from domain.family_plan.reports import ReportReceived
from domain.family_plan.standing import Joining
from domain.personal import (
    ERASED,
    covering,
    personal_fields,
    unnumbered_staff,
    with_items,
)
from services.audit.replay import recorded_events
from services.erasure.joined import everywhere
from services.erasure.register import events_of, registered
from services.store.application import OnePlan
from services.store.event_log import EventLog


@dataclass
class Survey:
    """What an erasure is about. ``names`` and ``mentions`` are personal data: not for any log.

    ``subjects`` are those to be erased, items included; ``places`` each field of theirs, as event
    and path; ``mentions`` the versions of events of the family as a whole that name the person
    and stay readable.
    """

    target: ErasureTarget
    subjects: set[str]
    families: set[str] = field(default_factory=set)
    events: int = 0
    places: list[tuple[str, str, list[str]]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    mentions: list[str] = field(default_factory=list)
    reports: set[str] = field(default_factory=set)
    references: set[tuple[str, str]] = field(default_factory=set)

    @property
    def digest(self) -> str:
        """SHA-256 of the places in canonical JSON, in hexadecimal."""
        return hashlib.sha256(orjson.dumps(sorted(self.places))).hexdigest()


def survey(application: OnePlan, target: ErasureTarget) -> Survey:
    """Look through the history of whom it is about.

    Of a family and its members only that family's plan is read, of a professional everything.

    Raises:
        LookupError: when there is no such family, member or professional.
    """
    targets = everywhere(application, target)
    whose = {one.subject for one in targets}
    events = list(_events(application, targets))
    found = Survey(target, with_items(whose, events))
    found.names = {
        name for event in events for subject in whose for name in _names_in(event, subject)
    }
    if target.scope is ErasureScope.STAFF:
        found.subjects |= _without_an_id(target, found.names, events)
    people = [registered(application, one) for one in targets]
    for one in people:
        found.subjects |= one.subjects
    for event in events:
        _take(found, event)
    for recorded in (it for one in people for it in events_of(application, one)):
        _take(found, recorded)
    if not found.places:
        raise LookupError(f"there is no personal data of {target.subject}")
    for event in events:
        _take_mentions(found, event)
    found.references = _references(application, found.families).union(
        *(one.references for one in people)
    )
    return found


def _events(application: OnePlan, targets: Sequence[ErasureTarget]) -> Iterator[PlanEvent]:
    families = dict.fromkeys(one.family_id for one in targets if one.family_id is not None)
    for family_id in families:
        for recorded in application.stream_of(family_id):
            yield cast("PlanEvent", recorded.event)
    if families:
        return
    for recorded in recorded_events(EventLog(application)):
        if isinstance(recorded.event, PlanEvent):
            yield recorded.event


def _take(found: Survey, event: DomainEvent) -> None:
    touched = [
        one
        for one in personal_fields(event)
        if any(not found.subjects.isdisjoint(covering(subject)) for subject in one.subjects)
    ]
    if not touched:
        return
    place = f"{event.originator_id}:{event.originator_version}"
    found.events += 1
    if isinstance(event, PlanEvent):
        found.families.add(event.family_id)
    if isinstance(event, Joining):
        found.families.add(event.partner)
    for one in touched:
        found.places.append((place, "/".join(map(str, one.path)), list(one.subjects)))


def _names_in(event: PlanEvent, subject: str) -> set[str]:
    """By what names an event knows a subject."""
    held = {
        str(_value_at(event, one.path))
        for one in personal_fields(event)
        if one.is_name and subject in one.subjects
    }
    return held - {ERASED}


def _without_an_id(target: ErasureTarget, names: set[str], events: Iterable[PlanEvent]) -> set[str]:
    """Where a professional is named without an id: with the agency's others in that plan."""
    known = {name.casefold() for name in names}
    return {
        subject
        for event in events
        for subject in (unnumbered_staff(event.family_id, str(target.agency)),)
        if any(name.casefold() in known for name in _names_in(event, subject))
    }


def _take_mentions(found: Survey, event: PlanEvent) -> None:
    if event.family_id in found.families and isinstance(event, ReportReceived):
        found.reports.add(event.report.report_id)
    if found.target.scope is ErasureScope.FAMILY or not found.names:
        return
    for one in personal_fields(event):
        if found.subjects.isdisjoint(one.subjects) and names_one_of(
            found.names, str(_value_at(event, one.path))
        ):
            found.mentions.append(f"{event.family_id}:{event.originator_version}")
            return


def names_one_of(names: Iterable[str], words: str) -> bool:
    """Whether a text names somebody, whatever the case."""
    folded = words.casefold()
    return any(name.casefold() in folded for name in names)


def _references(application: OnePlan, families: set[str]) -> set[tuple[str, str]]:
    links = EventLog(application).of_types(CaseReferenceLinked)
    return {
        (link.agency, link.reference)
        for link in cast("Iterable[CaseReferenceLinked]", links)
        if link.family_id in families
    }


def _value_at(event: BaseModel, path: tuple[str | int, ...]) -> Any:
    value: Any = event
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value
