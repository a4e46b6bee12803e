"""Offers to take the lead over: the one that waits, and what became of those before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from domain.events import DomainEvent
from domain.family_plan import LeadAssigned, LeadHandedOver, LeadReleased, PlanEvent
from domain.family_plan.handover import HandoverDeclined, HandoverOffered, HandoverWithdrawn
from domain.values import AgencyCode, HandoverOffer, LeadCaseworker, Token, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.plan_model import Said, View, said
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows
from projections.views import FamilyView

Answer = Literal["accepted", "declined", "withdrawn", "lapsed"]
"""An offer lapses when the lead passes in another way while it waits."""


class Answered(Said):
    """What became of an offer, and why if that was said."""

    answer: Answer
    reason: str | None = None


class OfferView(Said, HandoverOffer):
    """One offer; ``answered`` is None while it waits."""

    outgoing: LeadCaseworker
    answered: Answered | None = None


class HandoversView(View):
    """The offers of a family's lead: the one that waits, and earlier ones, the latest first."""

    family_id: str
    waiting: OfferView | None
    answered: tuple[OfferView, ...]


class WaitingRow(Row):
    """The offer of a family that waits. One that was answered is moved to the others."""

    table: ClassVar[str] = "handovers_waiting"
    key: ClassVar[tuple[str, ...]] = ("family_id",)
    indexed: ClassVar[tuple[str, ...]] = ("person_id",)
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("person_id", "family_id"),)

    family_id: str
    person_id: Token
    number: int
    offer: OfferView


class AnsweredRow(Row):
    """An offer that was answered; ``number`` is the version of the event that made it."""

    table: ClassVar[str] = "handovers_answered"
    key: ClassVar[tuple[str, ...]] = ("family_id", "number")
    indexed: ClassVar[tuple[str, ...]] = ("recorded_at",)

    family_id: str
    number: int
    recorded_at: UtcDateTime
    offer: OfferView


class KnownLeadRow(Row):
    """Somebody who leads or has led a plan for an agency, under the name that was given last."""

    table: ClassVar[str] = "known_leads"
    key: ClassVar[tuple[str, ...]] = ("agency", "person_id")

    agency: AgencyCode
    person_id: Token
    lead: LeadCaseworker


projection = Projection("handovers", 1, rows=(WaitingRow, AnsweredRow, KnownLeadRow))


def handovers_view(reader: Reader, family_id: str) -> HandoversView | None:
    """The offers of a family's lead, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    answered = reader.select(
        AnsweredRow, where={"family_id": family_id}, order=("recorded_at", "number")
    )
    return HandoversView(
        family_id=family_id,
        waiting=waiting_offer(reader, family_id),
        answered=tuple(row.offer for row in reversed(answered)),
    )


def waiting_offer(reader: Reader, family_id: str) -> OfferView | None:
    """The offer that waits in a family, if there is one."""
    rows = reader.select(WaitingRow, where={"family_id": family_id})
    return rows[0].offer if rows else None


def offered_to(reader: Reader, person_id: str, agency: str) -> list[tuple[str, OfferView]]:
    """The families, by id, whose lead waits for this person's answer, with the offer."""
    rows = reader.select(WaitingRow, where={"person_id": person_id}, order=("family_id",))
    return [(row.family_id, row.offer) for row in rows if row.offer.incoming.agency == agency]


def known_leads(reader: Reader, agency: str) -> list[LeadCaseworker]:
    """Who leads or has led a plan for this agency, to be asked to take one over."""
    return [row.lead for row in reader.select(KnownLeadRow, where={"agency": agency})]


HANDOVERS = FamilyView(
    name="handovers",
    about="The offer to take the lead over that waits for its answer, and what became of others.",
    model=HandoversView,
    projections=(projection, agency_families.projection),
    read=lambda reader, family_id, _now: handovers_view(reader, family_id),
    timeless=True,
)


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, HandoverDeclined | HandoverWithdrawn | LeadHandedOver | LeadReleased):
        yield WaitingRow, (event.family_id,)


@projection.on(HandoverOffered)
def _offered(event: HandoverOffered, _position: int, rows: Rows) -> None:
    offer = OfferView(**said(event), **dict(event.offer), outgoing=event.outgoing)
    rows.put(
        WaitingRow(
            family_id=event.family_id,
            person_id=offer.incoming.person_id,
            number=event.originator_version,
            offer=offer,
        )
    )


@projection.on(HandoverWithdrawn)
def _withdrawn(event: HandoverWithdrawn, _position: int, rows: Rows) -> None:
    _answer(rows, event, "withdrawn", event.reason)


@projection.on(HandoverDeclined)
def _declined(event: HandoverDeclined, _position: int, rows: Rows) -> None:
    _answer(rows, event, "declined", event.reason)


@projection.on(LeadAssigned)
def _assigned(event: LeadAssigned, _position: int, rows: Rows) -> None:
    _know(rows, event.lead)


@projection.on(LeadHandedOver)
def _handed_over(event: LeadHandedOver, _position: int, rows: Rows) -> None:
    _know(rows, event.incoming)
    row = rows.get(WaitingRow, event.family_id)
    taken = row is not None and row.offer.incoming == event.incoming
    _answer(rows, event, "accepted" if taken else "lapsed")


@projection.on(LeadReleased)
def _released(event: LeadReleased, _position: int, rows: Rows) -> None:
    _answer(rows, event, "lapsed")


def _know(rows: Rows, lead: LeadCaseworker) -> None:
    rows.put(KnownLeadRow(agency=lead.agency, person_id=lead.person_id, lead=lead))


def _answer(rows: Rows, event: PlanEvent, answer: Answer, reason: str | None = None) -> None:
    row = rows.get(WaitingRow, event.family_id)
    if row is None:
        return
    answered = Answered(**said(event), answer=answer, reason=reason)
    rows.delete(WaitingRow, event.family_id)
    rows.put(
        AnsweredRow(
            family_id=event.family_id,
            number=row.number,
            recorded_at=event.recorded_at,
            offer=row.offer.model_copy(update={"answered": answered}),
        )
    )
