"""Answering whom an agency means, and undoing a mistaken link. For a lead or an administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import stamina
from eventsourcing.persistence import IntegrityError

from domain.case_reference import CaseReference
from domain.context import Context
from domain.errors import Refused
from domain.persons.match import Held, MatchQuestion
from domain.persons.person import Person, Reference
from services.persons.families import links_due, take_held
from services.store.application import OnePlan

ATTEMPTS = 5

T = TypeVar("T")


def resolve(
    application: OnePlan,
    match_id: UUID,
    person_id: UUID | None,
    reason: str,
    context: Context,
    *,
    family_id: str | None = None,
) -> Person:
    """Say who is meant; what waited for that is taken, in one transaction.

    Args:
        person_id: of the register, or None for somebody new.
        family_id: which family a case belongs to, where the person is in more than one.

    Raises:
        Refused: when there is no such open question, person or family.
        IntegrityError: when others kept changing the same things.
    """

    def attempt() -> Person:
        question = application.match_question(match_id)
        if question is None or not question.is_open:
            raise Refused("match", "there is no such open question; see: oneplan matches list")
        held = tuple(question.waiting)
        changed: dict[UUID, Any] = {question.id: question}
        person = _person(application, question, person_id, context)
        changed[person.id] = person
        for earlier in _taken_away(application, question, person, reason, context):
            changed[earlier.id] = earlier
        take_held(person, question, context)
        links = [
            *_chosen_links(
                application, question.reference, held, person, family_id=family_id, context=context
            ),
            *links_due(person, application.family_of, context),
        ]
        question.resolve(person.id, reason, context, is_new=person_id is None, family_id=family_id)
        application.save(*(one for one in changed.values() if one.pending_events), *links)
        return person

    return _again_on_conflict(attempt)


def unlink(
    application: OnePlan, person_id: UUID, reference: Reference, reason: str, context: Context
) -> None:
    """Undo that a reference stands for a person. Raises as :func:`resolve`.

    A case reference that was linked to a family by it stays linked.
    """

    def attempt() -> None:
        person = application.person(person_id)
        if person is None:
            raise Refused("person", "there is no such person in the register")
        person.unlink_reference(reference, reason, context)
        application.save(person)

    _again_on_conflict(attempt)


def _person(
    application: OnePlan, question: MatchQuestion, person_id: UUID | None, context: Context
) -> Person:
    first = question.waiting[0]
    if person_id is None and first.stands_for is None:
        return Person.register(
            question.reference,
            first.description,
            first.case_reference,
            context,
            id_of=f"match:{question.id}:{question.version}",
        )
    person = application.person(person_id or first.stands_for or question.id)
    if person is None:
        raise Refused("person", "there is no such person in the register")
    return person


def _taken_away(
    application: OnePlan, question: MatchQuestion, person: Person, reason: str, context: Context
) -> list[Person]:
    """Those who had the reference and are not the one who is meant."""
    others = {held.stands_for for held in question.waiting} - {None, person.id}
    found = [one for other in others if other and (one := application.person(other)) is not None]
    for earlier in found:
        if question.reference in earlier.references:
            earlier.unlink_reference(question.reference, reason, context)
        if not earlier.references:
            for family_id, member_ids in earlier.families.items():
                for member_id in sorted(member_ids):
                    person.join_family(family_id, member_id, context)
    return found


def _chosen_links(
    application: OnePlan,
    reference: Reference,
    held: tuple[Held, ...],
    person: Person,
    *,
    family_id: str | None,
    context: Context,
) -> list[CaseReference]:
    if family_id is None:
        return []
    if family_id not in person.families:
        raise Refused("family", f"this person is not in the family {family_id}")
    if len(person.families) == 1:
        return []
    cases = {one.case_reference for one in held if one.case_reference is not None}
    return [
        CaseReference.link(reference.agency, case, family_id, context)
        for case in sorted(cases)
        if application.family_of(reference.agency, case) is None
    ]


def _again_on_conflict(attempt: Callable[[], T]) -> T:
    for one in stamina.retry_context(
        on=IntegrityError, attempts=ATTEMPTS, wait_initial=0.01, wait_max=0.2
    ):
        with one:
            return attempt()
    raise AssertionError("unreachable: the retries either return or raise")
