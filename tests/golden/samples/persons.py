"""One of each event about persons and about who is meant."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from domain.context import Context
from domain.events import DomainEvent
from domain.persons.description import Gender, PersonDescription
from domain.persons.judge import Why
from domain.persons.match import Held, MatchQuestion, Suspect
from domain.persons.person import Person, Reference
from domain.values import Role
from tests.golden.samples.plan_of import CONTEXT

SOMEBODY = UUID("00000000-0000-5000-8000-00000000000a")


def events() -> list[DomainEvent]:
    """A description of each way that it can go."""
    agency = CONTEXT
    reference, other = Reference("police", "PL-P-1"), Reference("school", "S-1")
    description = PersonDescription(
        pseudonyms=("k1-" + "0f" * 32,),
        birth_date="1988-04-12",
        given_names="Johanna Maria",
        initials="J.M.",
        prefix="van der",
        family_name="Berg",
        partner_prefix="de",
        partner_name="Vries",
        gender=Gender.FEMALE,
        postcode="3511AB",
    )
    person = Person.register(reference, description, "PL-2026-1", agency)
    person.describe(other, PersonDescription(family_name="Berg"), None, agency)
    person.join_family("F1", "mother", agency)
    person.unlink_reference(other, "een ander", agency)
    held = Held(
        description=description,
        case_reference="PL-2026-1",
        why=Why.NOT_SURE,
        candidates=(
            Suspect(person_id=SOMEBODY, weight=21.5, certain=False, reasons=("surname: same",)),
        ),
    )
    question = MatchQuestion.ask(reference, held, agency)
    question.ask_again(
        held.model_copy(update={"case_reference": None, "family_id": "F1", "member_id": "mother"}),
        agency,
    )
    question.resolve(SOMEBODY, "geboorteakte gezien", _lead(agency), family_id="F1")
    return [
        cast("DomainEvent", event)
        for aggregate in (person, question)
        for event in aggregate.pending_events
    ]


def _lead(context: Context) -> Context:
    as_lead = context.provenance.model_copy(update={"actor": "mvries", "role": Role.LEAD})
    return context.model_copy(update={"provenance": as_lead})
