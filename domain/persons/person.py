"""Person: somebody in the register, by whatever references the agencies know them."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from domain.context import Context, Provenance
from domain.errors import Refused
from domain.events import CreatingEvent, DomainEvent
from domain.keys import person_id
from domain.persons.description import PersonDescription
from domain.values import AgencyCode, FamilyId, FamilyText, MemberId, Token, UtcDateTime


class Reference(NamedTuple):
    """How an agency names a person: a reference of its own."""

    agency: str
    person_reference: str


class PersonEvent(DomainEvent):
    """A fact about a person. ``occurred_at`` is when it happened, in UTC."""

    occurred_at: UtcDateTime
    provenance: Provenance


class PersonRegistered(PersonEvent, CreatingEvent):
    """Somebody whom nobody here knew was described by an agency.

    ``case_reference`` is the agency's own case that the description came with, if it was one.
    """

    TOPIC: ClassVar[str] = "oneplan.person.PersonRegistered"

    agency: AgencyCode
    person_reference: Token
    description: PersonDescription
    case_reference: Token | None

    def apply(self, person: Person) -> None:
        _described(person, self)


class PersonDescribed(PersonEvent):
    """An agency described somebody who is known."""

    TOPIC: ClassVar[str] = "oneplan.person.PersonDescribed"

    agency: AgencyCode
    person_reference: Token
    description: PersonDescription
    case_reference: Token | None

    def apply(self, person: Person) -> None:
        _described(person, self)


class PersonReferenceLinked(PersonEvent):
    """An agency's own reference stands for this person from now on."""

    TOPIC: ClassVar[str] = "oneplan.person.PersonReferenceLinked"

    agency: AgencyCode
    person_reference: Token

    def apply(self, person: Person) -> None:
        person.references.add(Reference(self.agency, self.person_reference))


class PersonJoinedFamily(PersonEvent):
    """This person is that member of a family."""

    TOPIC: ClassVar[str] = "oneplan.person.PersonJoinedFamily"

    family_id: FamilyId
    member_id: MemberId

    def apply(self, person: Person) -> None:
        person.families.setdefault(self.family_id, set()).add(self.member_id)


class PersonReferenceUnlinked(PersonEvent):
    """A reference did not stand for this person after all; what it told is of somebody else."""

    TOPIC: ClassVar[str] = "oneplan.person.PersonReferenceUnlinked"

    agency: AgencyCode
    person_reference: Token
    reason: FamilyText

    def apply(self, person: Person) -> None:
        gone = Reference(self.agency, self.person_reference)
        person.references.discard(gone)
        person.descriptions.pop(gone, None)
        person.case_references.pop(gone, None)


class Person(BaseAggregate[UUID]):
    """One person, as the agencies describe them."""

    TOPIC = "oneplan.Person"

    def __init__(self) -> None:
        self.references: set[Reference] = set()
        self.descriptions: dict[Reference, list[PersonDescription]] = {}
        self.case_references: dict[Reference, set[str]] = {}
        self.families: dict[str, set[str]] = {}

    @classmethod
    def register(
        cls,
        reference: Reference,
        description: PersonDescription,
        case_reference: str | None,
        context: Context,
        *,
        id_of: str | None = None,
    ) -> Self:
        """Put somebody new into the register.

        Args:
            id_of: what the id is made of; left out it is the pseudonym, so that the same BSN
                collides in the event store, or else the agency's reference.
        """
        name = id_of or next(iter(description.pseudonyms), " ".join(reference))
        person = cls._create(
            PersonRegistered,
            id=person_id(name),
            timestamp=context.recorded_at,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            agency=reference.agency,
            person_reference=reference.person_reference,
            description=description,
            case_reference=case_reference,
        )
        person.link_reference(reference, context)
        return person

    def describe(
        self,
        reference: Reference,
        description: PersonDescription,
        case_reference: str | None,
        context: Context,
    ) -> None:
        """Add what an agency says of this person; its reference is linked if it was not."""
        self._record(
            PersonDescribed,
            context,
            agency=reference.agency,
            person_reference=reference.person_reference,
            description=description,
            case_reference=case_reference,
        )
        self.link_reference(reference, context)

    def link_reference(self, reference: Reference, context: Context) -> None:
        """Let an agency's reference stand for this person; nothing happens when it does."""
        if reference not in self.references:
            self._record(PersonReferenceLinked, context, **reference._asdict())

    def join_family(self, family_id: str, member_id: str, context: Context) -> None:
        """Say which member of a family this is; nothing happens when that is known."""
        if member_id not in self.families.get(family_id, ()):
            self._record(PersonJoinedFamily, context, family_id=family_id, member_id=member_id)

    def unlink_reference(self, reference: Reference, reason: str, context: Context) -> None:
        """Undo a mistaken link. Raises Refused when the reference is not linked to this person."""
        if reference not in self.references:
            raise Refused(
                "person_reference",
                f"{reference.person_reference} of {reference.agency} does not stand for this "
                "person; see: oneplan matches list",
            )
        self._record(PersonReferenceUnlinked, context, **reference._asdict(), reason=reason)

    def _record(self, event_class: type[PersonEvent], context: Context, **facts: Any) -> None:
        self.trigger_event(
            event_class,
            timestamp=context.recorded_at,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
            **facts,
        )


def _described(person: Person, event: PersonRegistered | PersonDescribed) -> None:
    reference = Reference(event.agency, event.person_reference)
    person.descriptions.setdefault(reference, []).append(event.description)
    if event.case_reference is not None:
        person.case_references.setdefault(reference, set()).add(event.case_reference)
