"""What the person register holds of whom is erased: they go from it with the plan they are in.

Somebody who is in another family's plan as well stays in the register: it is still needed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from domain.erasure import ErasureScope, ErasureTarget
from domain.events import DomainEvent
from domain.persons.match import MatchDoubted, MatchResolved
from domain.persons.person import Person, PersonJoinedFamily
from services.store.application import OnePlan
from services.store.event_log import EventLog


@dataclass
class Registered:
    """Aggregates of the register, and the agencies' own case references in them."""

    aggregates: set[UUID] = field(default_factory=set)
    references: set[tuple[str, str]] = field(default_factory=set)

    @property
    def subjects(self) -> set[str]:
        """The names under which their keys are kept."""
        return {f"record/{one}" for one in self.aggregates}


def registered(application: OnePlan, target: ErasureTarget) -> Registered:
    """Who goes from the register, with the questions about them. Nobody for a professional."""
    found = Registered()
    if target.scope is ErasureScope.STAFF:
        return found
    people = list(_people(application, target))
    for person in people:
        found.aggregates.add(person.id)
        for reference, cases in person.case_references.items():
            found.references |= {(reference.agency, case) for case in cases}
    known = {
        (reference.agency, reference.person_reference)
        for person in people
        for reference in person.references
    }
    found.aggregates |= set(_questions(application, target, known, set(found.aggregates)))
    return found


def events_of(application: OnePlan, found: Registered) -> Iterator[DomainEvent]:
    """The history of each of them."""
    for aggregate in sorted(found.aggregates):
        for event in application.events.get(aggregate):
            yield cast("DomainEvent", event)


def _people(application: OnePlan, target: ErasureTarget) -> Iterator[Person]:
    log = EventLog(application)
    joined = {
        event.originator_id
        for event in cast("Iterator[PersonJoinedFamily]", log.of_types(PersonJoinedFamily))
        if event.family_id == target.family_id
    }
    for person_id in sorted(joined):
        person = application.person(person_id)
        if person is not None and _is_only_there(person, target):
            yield person


def _is_only_there(person: Person, target: ErasureTarget) -> bool:
    for family_id, members in person.families.items():
        if family_id != target.family_id:
            return False
        if target.member_id is not None and members != {target.member_id}:
            return False
    return True


def _questions(
    application: OnePlan,
    target: ErasureTarget,
    known: set[tuple[str, str]],
    people: set[UUID],
) -> Iterator[UUID]:
    """Questions about their references, that ended with them, or that were about that member."""
    for event in EventLog(application).of_types(MatchDoubted, MatchResolved):
        if isinstance(event, MatchResolved):
            if event.person_id in people:
                yield event.originator_id
        elif isinstance(event, MatchDoubted):
            held = event.held
            of_member = held.family_id == target.family_id and target.member_id in {
                None,
                held.member_id,
            }
            if (event.agency, event.person_reference) in known or (held.family_id and of_member):
                yield event.originator_id
