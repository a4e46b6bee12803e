"""CaseReference: which family an agency means by its own case number."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from domain.context import Context, Provenance
from domain.events import CreatingEvent
from domain.keys import case_reference_id, reference_key
from domain.values import AgencyCode, FamilyId, Token, UtcDateTime


class CaseReferenceLinked(CreatingEvent):
    """An agency's own case reference was linked to a family."""

    TOPIC: ClassVar[str] = "oneplan.case-reference.CaseReferenceLinked"

    agency: AgencyCode
    reference: Token
    family_id: FamilyId
    occurred_at: UtcDateTime
    provenance: Provenance

    def makes_known(self) -> tuple[str, ...]:
        return (reference_key(self.agency, self.reference),)


class CaseReference(BaseAggregate[UUID]):
    """One case reference of one agency. Linking it twice collides in the event store."""

    TOPIC = "oneplan.CaseReference"

    def __init__(self, agency: str, reference: str, family_id: str) -> None:
        self.agency = agency
        self.reference = reference
        self.family_id = family_id

    @classmethod
    def link(cls, agency: str, reference: str, family_id: str, context: Context) -> Self:
        """Link ``reference``, as ``agency`` uses it, to a family."""
        return cls._create(
            CaseReferenceLinked,
            id=case_reference_id(agency, reference),
            timestamp=context.recorded_at,
            agency=agency,
            reference=reference,
            family_id=family_id,
            occurred_at=context.occurred_at,
            provenance=context.provenance,
        )
