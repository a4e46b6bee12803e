"""Which family a person's cases belong to, as far as that goes without saying."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.case_reference import CaseReference
from domain.context import Context
from domain.persons.match import MatchQuestion
from domain.persons.person import Person
from domain.values import Role

MATCHING = "matching"
"""Who acts where the service draws a conclusion by itself."""

FamilyOf = Callable[[str, str], str | None]
"""The family behind an agency's own case reference, or None: ``(agency, reference)``."""


def links_due(person: Person, family_of: FamilyOf, context: Context) -> Iterator[CaseReference]:
    """The links of case references that a person came with, to the one family they are in.

    Nothing when they are in no family yet, or in more than one: then somebody has to choose.
    """
    if len(person.families) != 1:
        return
    (family_id,) = person.families
    for reference, cases in person.case_references.items():
        for case in sorted(cases):
            if family_of(reference.agency, case) is None:
                yield CaseReference.link(reference.agency, case, family_id, by_itself(context))


def take_held(person: Person, question: MatchQuestion, context: Context) -> None:
    """Give a person all that waits for the answer to a question."""
    for held in question.waiting:
        if held.stands_for != person.id:
            person.describe(question.reference, held.description, held.case_reference, context)
        if held.family_id and held.member_id:
            person.join_family(held.family_id, held.member_id, context)


def by_itself(context: Context) -> Context:
    """The circumstances of what the service concludes from a command."""
    concluded = context.provenance.model_copy(
        update={"actor": MATCHING, "role": Role.SYSTEM, "agency": None}
    )
    return context.model_copy(update={"provenance": concluded})
