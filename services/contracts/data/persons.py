"""Who a person is, as an agency knows them."""

from __future__ import annotations

from domain.persons.description import PersonDescription
from domain.values import MemberId, Token, Value


class PersonDescribedData(PersonDescription):
    """The sender knows somebody by ``person_reference``, its own reference, and describes them.

    The event's ``subject`` is the sender's own case reference, or a family's id; ``member_id``
    says which member of that family the person is. A BSN has no place here: ask for its pseudonyms
    first, on ``persons.<agency>.pseudonym``.
    """

    person_reference: Token
    member_id: MemberId | None = None

    @property
    def description(self) -> PersonDescription:
        """What describes the person, without what names them."""
        return PersonDescription(
            **self.model_dump(exclude={"person_reference", "member_id"}, exclude_none=True)
        )


TYPES: dict[str, type[Value]] = {"nl.oneplan.person.described.v1": PersonDescribedData}
