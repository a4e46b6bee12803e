"""The caseload of one lead caseworker: the families they lead now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from domain.events import DomainEvent
from domain.family_plan import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    ConcernRaised,
    ConcernResolved,
    GoalEnded,
    GoalSet,
    LeadAssigned,
    LeadHandedOver,
    LeadReleased,
    PlanClosed,
    PlanEvent,
    PlanOpened,
    PlanReopened,
)
from domain.family_plan.signals import (
    SignalAccepted,
    SignalLapsed,
    SignalRaised,
    SignalSetAside,
)
from domain.values import AgencyCode, LeadCaseworker, PlanStatus, UtcDateTime
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing


class CaseRow(Row):
    """One family, who leads its plan, and how much in it is still open."""

    table: ClassVar[str] = "lead_caseload"
    key: ClassVar[tuple[str, ...]] = ("family_id",)
    indexed: ClassVar[tuple[str, ...]] = ("person_id", "since")
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("person_id", "since", "family_id"),)

    family_id: str
    person_id: str | None = None
    since: UtcDateTime | None = None
    lead: LeadCaseworker | None = None
    status: PlanStatus
    open_concerns: int = 0
    open_goals: int = 0
    open_actions: int = 0
    open_signals: int = 0
    changed_at: UtcDateTime


class CaseloadFamily(BaseModel):
    """One family of a caseload.

    ``since`` is when the lead took the plan on, ``agency`` the lead's agency in this plan,
    ``changed_at`` when we came to know the last thing about the family.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family_id: str
    agency: AgencyCode
    since: UtcDateTime
    status: PlanStatus
    open_concerns: int
    open_goals: int
    open_actions: int
    open_signals: int
    changed_at: UtcDateTime


class Caseload(BaseModel):
    """The families that one person leads now, the longest led first.

    Families with a closed plan stay in it. ``name`` is the lead's name as last given, None for
    somebody who leads no plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_id: str
    name: str | None
    families: tuple[CaseloadFamily, ...]


projection = Projection("lead_caseload", 2, rows=(CaseRow,))


def caseload(reader: Reader, person_id: str) -> Caseload:
    """The caseload of a lead; empty for somebody who leads no plan."""
    rows = reader.select(CaseRow, where={"person_id": person_id}, order=("since", "family_id"))
    families = tuple(
        CaseloadFamily(
            family_id=row.family_id,
            agency=row.lead.agency,
            since=row.since,
            status=row.status,
            open_concerns=row.open_concerns,
            open_goals=row.open_goals,
            open_actions=row.open_actions,
            open_signals=row.open_signals,
            changed_at=row.changed_at,
        )
        for row in rows
        if row.lead is not None and row.since is not None
    )
    name = rows[-1].lead.name if rows and rows[-1].lead is not None else None
    return Caseload(person_id=person_id, name=name, families=families)


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, PlanEvent):
        yield CaseRow, (event.family_id,)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    rows.put(
        CaseRow(family_id=event.family_id, status=PlanStatus.OPEN, changed_at=event.recorded_at)
    )


@projection.on(PlanEvent)
def _changed(event: PlanEvent, _position: int, rows: Rows) -> None:
    _change(rows, event, changed_at=event.recorded_at)


@projection.on(PlanClosed)
def _closed(event: PlanClosed, _position: int, rows: Rows) -> None:
    _change(rows, event, status=PlanStatus.CLOSED)


@projection.on(PlanReopened)
def _reopened(event: PlanReopened, _position: int, rows: Rows) -> None:
    _change(rows, event, status=PlanStatus.OPEN)


@projection.on(LeadAssigned)
def _assigned(event: LeadAssigned, _position: int, rows: Rows) -> None:
    _lead(rows, event, event.lead)


@projection.on(LeadHandedOver)
def _handed_over(event: LeadHandedOver, _position: int, rows: Rows) -> None:
    _lead(rows, event, event.incoming)


@projection.on(LeadReleased)
def _released(event: LeadReleased, _position: int, rows: Rows) -> None:
    _change(rows, event, person_id=None, since=None, lead=None)


@projection.on(ConcernRaised)
def _concern_raised(event: ConcernRaised, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_concerns", 1)


@projection.on(ConcernResolved)
def _concern_resolved(event: ConcernResolved, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_concerns", -1)


@projection.on(GoalSet)
def _goal_set(event: GoalSet, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_goals", 1)


@projection.on(GoalEnded)
def _goal_ended(event: GoalEnded, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_goals", -1)


@projection.on(ActionAgreed)
def _action_agreed(event: ActionAgreed, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_actions", 1)


@projection.on(ActionCompleted)
def _action_completed(event: ActionCompleted, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_actions", -1)


@projection.on(ActionCancelled)
def _action_cancelled(event: ActionCancelled, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_actions", -1)


@projection.on(SignalRaised)
def _signal_raised(event: SignalRaised, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_signals", 1)


@projection.on(SignalAccepted)
def _signal_accepted(event: SignalAccepted, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_signals", -1)


@projection.on(SignalSetAside)
def _signal_set_aside(event: SignalSetAside, _position: int, rows: Rows) -> None:
    _count(rows, event, "open_signals", -1)


@projection.on(SignalLapsed)
def _signal_lapsed(event: SignalLapsed, _position: int, rows: Rows) -> None:
    if not event.dealt_with:
        _count(rows, event, "open_signals", -1)


def _lead(rows: Rows, event: PlanEvent, lead: LeadCaseworker) -> None:
    _change(rows, event, person_id=lead.person_id, since=event.occurred_at, lead=lead)


def _count(rows: Rows, event: PlanEvent, name: str, more: int) -> None:
    row = existing(rows, CaseRow, event.family_id)
    rows.put(row.model_copy(update={name: getattr(row, name) + more}))


def _change(rows: Rows, event: PlanEvent, **changes: object) -> None:
    rows.put(existing(rows, CaseRow, event.family_id).model_copy(update=changes))
