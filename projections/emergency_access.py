"""Emergency access to a family: who took it and why, and what its lead says of it.

It is told to the lead as a signal until the lead has reviewed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from domain.events import DomainEvent
from domain.family_plan.emergency import (
    EmergencyAccessReviewed,
    EmergencyAccessTaken,
    after_review,
    emergency_access,
)
from domain.values import EmergencyAccess, Evidence, Finding, UtcDateTime
from projections import agency_families
from projections.agency_families import has_plan
from projections.plan_model import Said, View, said
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView
from projections.watching import Look, Watcher

UNREVIEWED = "emergency-access"
"""The rule: somebody took emergency access and the lead has not reviewed it yet."""


class ReviewOfAccess(Said):
    """What the lead says of it."""

    justified: bool
    text: str


class EmergencyAccessView(Said, EmergencyAccess):
    """One emergency access; ``until`` is cut short by a review that found it not justified."""

    running: bool
    review: ReviewOfAccess | None = None


class EmergencyAccessesView(View):
    """The emergency access to a family, the latest first."""

    family_id: str
    unreviewed: tuple[EmergencyAccessView, ...]
    reviewed: tuple[EmergencyAccessView, ...]


class EmergencyRow(Row):
    """One emergency access, as it goes on after its review."""

    table: ClassVar[str] = "emergency_access"
    key: ClassVar[tuple[str, ...]] = ("family_id", "access_id")
    indexed: ClassVar[tuple[str, ...]] = ("recorded_at",)

    family_id: str
    access_id: str
    recorded_at: UtcDateTime
    access: EmergencyAccess
    taken: Said
    review: ReviewOfAccess | None = None


projection = Projection("emergency_access", 1, rows=(EmergencyRow,))


def emergency_view(reader: Reader, family_id: str, now: datetime) -> EmergencyAccessesView | None:
    """The emergency access to a family, or None when it has no plan."""
    if not has_plan(reader, family_id):
        return None
    found = [
        EmergencyAccessView(
            **dict(row.access), **dict(row.taken), running=now < row.access.until, review=row.review
        )
        for row in reversed(_rows(reader, family_id))
    ]
    return EmergencyAccessesView(
        family_id=family_id,
        unreviewed=tuple(one for one in found if one.review is None),
        reviewed=tuple(one for one in found if one.review is not None),
    )


def emergency_until(
    reader: Reader, family_id: str, agency: str, person_id: str | None, now: datetime
) -> datetime | None:
    """Until when (UTC) somebody may look at this family in an emergency; None if not now.

    For the gate; see :func:`domain.family_plan.emergency.emergency_access`.
    """
    accesses = (row.access for row in _rows(reader, family_id))
    return emergency_access(accesses, agency, person_id, now)


def look(reader: Reader, family_id: str, _now: datetime) -> Look:
    """Each emergency access that the lead has not reviewed, also when the plan is closed."""
    return Look(
        findings=tuple(
            _finding(row.access) for row in _rows(reader, family_id) if row.review is None
        )
    )


EMERGENCY_ACCESS = FamilyView(
    name="emergency-access",
    about="Who took emergency access to the family and why, and what its lead says of it.",
    model=EmergencyAccessesView,
    projections=(projection, agency_families.projection),
    read=emergency_view,
)
WATCHER = Watcher("emergency_access", projection, look)


def _rows(reader: Reader, family_id: str) -> list[EmergencyRow]:
    return reader.select(
        EmergencyRow, where={"family_id": family_id}, order=("recorded_at", "access_id")
    )


def _finding(access: EmergencyAccess) -> Finding:
    return Finding(
        rule=UNREVIEWED,
        key=access.access_id,
        detail=f"{access.agency} took emergency access {access.access_id}; review it",
        evidence=(Evidence(kind="emergency-access", item_id=access.access_id),),
    )


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, EmergencyAccessReviewed):
        yield EmergencyRow, (event.family_id, event.access_id)


@projection.on(EmergencyAccessTaken)
def _taken(event: EmergencyAccessTaken, _position: int, rows: Rows) -> None:
    rows.put(
        EmergencyRow(
            family_id=event.family_id,
            access_id=event.access.access_id,
            recorded_at=event.recorded_at,
            access=event.access,
            taken=Said(**said(event)),
        )
    )


@projection.on(EmergencyAccessReviewed)
def _reviewed(event: EmergencyAccessReviewed, _position: int, rows: Rows) -> None:
    row = existing(rows, EmergencyRow, event.family_id, event.access_id)
    review = ReviewOfAccess(**said(event), justified=event.justified, text=event.text)
    changes = {"access": after_review(row.access, event), "review": review}
    rows.put(row.model_copy(update=changes))
