"""The families that an agency takes part in now. This view decides who may see which plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from domain.events import DomainEvent
from domain.family_plan import (
    AgencyJoined,
    AgencyLeft,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    PlanClosed,
    PlanEvent,
    PlanOpened,
    PlanReopened,
)
from domain.values import AgencyCode, LeadCaseworker, Line, Party, PlanStatus, UtcDateTime
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing


class AgencyFamily(Row):
    """One agency's part in the plan of one family; gone once the agency has left.

    ``joined_at`` is when it happened, ``lead_name`` is None while nobody leads the plan.
    """

    table: ClassVar[str] = "agency_families"
    key: ClassVar[tuple[str, ...]] = ("agency", "family_id")
    indexed: ClassVar[tuple[str, ...]] = ("joined_at",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("agency", "joined_at", "family_id"),
        ("family_id", "agency"),
    )

    agency: AgencyCode
    family_id: str
    joined_at: UtcDateTime
    task: Line
    status: PlanStatus
    lead_name: str | None = None


class FamilyStanding(Row):
    """What all of a family's agencies are told of its plan, and which agencies those are.

    Only the fold reads it. The list is as long as there are agencies in the plan.
    """

    table: ClassVar[str] = "agency_families_standing"
    key: ClassVar[tuple[str, ...]] = ("family_id",)

    family_id: str
    status: PlanStatus
    lead_name: str | None = None
    agencies: tuple[str, ...] = ()


CHANGES_STANDING = (
    AgencyJoined,
    AgencyLeft,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    PlanClosed,
    PlanReopened,
)

projection = Projection("agency_families", 1, rows=(AgencyFamily, FamilyStanding))


def families_of(reader: Reader, agency: str) -> list[AgencyFamily]:
    """The families an agency takes part in, the longest first, closed plans among them."""
    return reader.select(AgencyFamily, where={"agency": agency}, order=("joined_at", "family_id"))


def has_plan(reader: Reader, family_id: str) -> bool:
    """Whether there is a plan of this family, open or closed."""
    return bool(reader.select(FamilyStanding, where={"family_id": family_id}))


def is_party(reader: Reader, agency: str, family_id: str) -> bool:
    """Whether the agency takes part in the plan of this family now."""
    return bool(reader.select(AgencyFamily, where={"agency": agency, "family_id": family_id}))


def parties_of(reader: Reader, family_id: str) -> list[str]:
    """The agencies that take part in the plan of a family now, sorted; empty without a plan."""
    rows = reader.select(AgencyFamily, where={"family_id": family_id}, order=("agency",))
    return [row.agency for row in rows]


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, CHANGES_STANDING):
        yield FamilyStanding, (event.family_id,)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    standing = FamilyStanding(family_id=event.family_id, status=PlanStatus.OPEN)
    for party in event.parties:
        standing = _join(rows, event, standing, party)
    rows.put(standing)


@projection.on(AgencyJoined)
def _joined(event: AgencyJoined, _position: int, rows: Rows) -> None:
    rows.put(_join(rows, event, _standing(rows, event), event.party))


@projection.on(AgencyLeft)
def _left(event: AgencyLeft, _position: int, rows: Rows) -> None:
    rows.delete(AgencyFamily, event.agency, event.family_id)
    standing = _standing(rows, event)
    remaining = tuple(agency for agency in standing.agencies if agency != event.agency)
    rows.put(standing.model_copy(update={"agencies": remaining}))


@projection.on(PlanClosed)
def _closed(event: PlanClosed, _position: int, rows: Rows) -> None:
    _tell(rows, event, status=PlanStatus.CLOSED)


@projection.on(PlanReopened)
def _reopened(event: PlanReopened, _position: int, rows: Rows) -> None:
    _tell(rows, event, status=PlanStatus.OPEN)


@projection.on(LeadAssigned)
def _assigned(event: LeadAssigned, _position: int, rows: Rows) -> None:
    _tell_lead(rows, event, event.lead)


@projection.on(LeadHandedOver)
def _handed_over(event: LeadHandedOver, _position: int, rows: Rows) -> None:
    _tell_lead(rows, event, event.incoming)


@projection.on(LeadReleased)
def _released(event: LeadReleased, _position: int, rows: Rows) -> None:
    _tell(rows, event, lead_name=None)


def _join(rows: Rows, event: PlanEvent, standing: FamilyStanding, party: Party) -> FamilyStanding:
    rows.put(
        AgencyFamily(
            agency=party.agency,
            family_id=event.family_id,
            joined_at=event.occurred_at,
            task=party.task,
            status=standing.status,
            lead_name=standing.lead_name,
        )
    )
    return standing.model_copy(update={"agencies": (*standing.agencies, party.agency)})


def _tell_lead(rows: Rows, event: PlanEvent, lead: LeadCaseworker) -> None:
    _tell(rows, event, lead_name=lead.name)


def _tell(rows: Rows, event: PlanEvent, **changes: object) -> None:
    standing = _standing(rows, event)
    rows.put(standing.model_copy(update=changes))
    for agency in standing.agencies:
        row = existing(rows, AgencyFamily, agency, event.family_id)
        rows.put(row.model_copy(update=changes))


def _standing(rows: Rows, event: PlanEvent) -> FamilyStanding:
    return existing(rows, FamilyStanding, event.family_id)
