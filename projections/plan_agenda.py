"""What is due in the plan of one family, for the lead to read and for the watch.

Only what has a day and is still open has a row, so that looking is cheap however long the family
is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar

from domain.agenda import Due, DueKind, finding, is_due, is_reviewed, is_soon, next_change
from domain.calendar import dutch_day
from domain.events import DomainEvent
from domain.family_plan import (
    ActionAgreed,
    ActionCancelled,
    ActionCompleted,
    GoalEnded,
    GoalSet,
    PlanClosed,
    PlanEvent,
    PlanOpened,
    PlanReopened,
)
from domain.family_plan.agreements import SafetyAgreementEnded, SafetyAgreementMade
from domain.family_plan.reviews import ReviewHeld
from domain.values import ItemId, Owner, PlanStatus
from projections.plan_model import View
from projections.projection import Projection
from projections.rows import Reader, Reference, Row, Rows, existing
from projections.views import FamilyView
from projections.watching import Look, Watcher


class DueView(Due):
    """Something with a day, who sees to it, and what it is.

    Args:
        days_left: calendar days from today; 0 is today, below 0 it is that many days late.
    """

    days_left: int
    owner: Owner | None = None
    text: str | None = None


class AgendaView(View):
    """What is due on the Dutch calendar day ``today``, and in the two weeks after it.

    The earliest day comes first. On a closed plan nothing but after-care is due.
    """

    family_id: str
    status: PlanStatus
    today: date
    due: tuple[DueView, ...]
    soon: tuple[DueView, ...]
    last_review_on: date | None
    next_review_on: date | None
    after_care_on: date | None


class AgendaRow(Row):
    """The days of the plan itself."""

    table: ClassVar[str] = "plan_agenda"
    key: ClassVar[tuple[str, ...]] = ("family_id",)

    family_id: str
    status: PlanStatus = PlanStatus.OPEN
    last_review_id: ItemId | None = None
    last_review_on: date | None = None
    next_review_on: date | None = None
    after_care_on: date | None = None


class DueRow(Row):
    """One thing in the plan that has a day and has not ended."""

    table: ClassVar[str] = "plan_agenda_due"
    key: ClassVar[tuple[str, ...]] = ("family_id", "kind", "item_id")

    family_id: str
    kind: DueKind
    item_id: ItemId
    due: Due
    owner: Owner | None
    text: str


projection = Projection("plan_agenda", 1, rows=(AgendaRow, DueRow))


def agenda_view(reader: Reader, family_id: str, now: datetime) -> AgendaView | None:
    """What is due, or None when the family has no plan."""
    plan = _plan(reader, family_id)
    if plan is None:
        return None
    today = dutch_day(now)
    days = [_day(row, today) for row in _open_rows(reader, plan)]
    days += [DueView(**dict(due), days_left=(due.on - today).days) for due in _own_days(plan)]
    days.sort(key=lambda one: (one.on, one.kind, one.item_id or ""))
    return AgendaView(
        family_id=family_id,
        status=plan.status,
        today=today,
        due=tuple(one for one in days if is_due(one, today)),
        soon=tuple(one for one in days if is_soon(one, today)),
        last_review_on=plan.last_review_on,
        next_review_on=plan.next_review_on,
        after_care_on=plan.after_care_on,
    )


AGENDA = FamilyView(
    name="agenda",
    about="What is due now and in two weeks: actions, goals, reviews, agreements, after-care.",
    model=AgendaView,
    projections=(projection,),
    read=agenda_view,
)


def look(reader: Reader, family_id: str, now: datetime) -> Look:
    """What of the agenda the lead has to know, and when more will be due."""
    plan = _plan(reader, family_id)
    if plan is None:
        return Look()
    today = dutch_day(now)
    days = [row.due for row in _open_rows(reader, plan)] + _own_days(plan)
    return Look(
        findings=tuple(finding(due) for due in days if is_due(due, today)),
        next_at=next_change(days, today),
    )


WATCHER = Watcher("plan-agenda", projection, look)


def _plan(reader: Reader, family_id: str) -> AgendaRow | None:
    return next(iter(reader.select(AgendaRow, where={"family_id": family_id})), None)


def _open_rows(reader: Reader, plan: AgendaRow) -> list[DueRow]:
    """What waits for its day; nothing does on a closed plan."""
    if plan.status is PlanStatus.CLOSED:
        return []
    rows = reader.select(DueRow, where={"family_id": plan.family_id}, order=("kind", "item_id"))
    return [
        row
        for row in rows
        if row.kind is not DueKind.AGREEMENT or not is_reviewed(row.due.on, plan.last_review_on)
    ]


def _own_days(plan: AgendaRow) -> list[Due]:
    """The next review of an open plan, the after-care of a closed one."""
    if plan.status is PlanStatus.CLOSED:
        on = plan.after_care_on
        return [] if on is None else [Due(kind=DueKind.AFTER_CARE, on=on)]
    on = plan.next_review_on
    return [] if on is None else [Due(kind=DueKind.REVIEW, on=on, item_id=plan.last_review_id)]


def _day(row: DueRow, today: date) -> DueView:
    days_left = (row.due.on - today).days
    return DueView(**dict(row.due), days_left=days_left, owner=row.owner, text=row.text)


@projection.reads
def _reads(event: DomainEvent) -> Iterator[Reference]:
    if isinstance(event, PlanClosed | PlanReopened | ReviewHeld):
        yield AgendaRow, (event.family_id,)


@projection.on(PlanOpened)
def _opened(event: PlanOpened, _position: int, rows: Rows) -> None:
    rows.put(AgendaRow(family_id=event.family_id))


@projection.on(PlanClosed)
def _closed(event: PlanClosed, _position: int, rows: Rows) -> None:
    _change(rows, event, status=PlanStatus.CLOSED, after_care_on=event.after_care_on)


@projection.on(PlanReopened)
def _reopened(event: PlanReopened, _position: int, rows: Rows) -> None:
    _change(rows, event, status=PlanStatus.OPEN, after_care_on=None)


@projection.on(ReviewHeld)
def _review_held(event: ReviewHeld, _position: int, rows: Rows) -> None:
    review, last = event.review, _existing(rows, event).last_review_on
    if last is None or last <= review.held_on:
        _change(
            rows,
            event,
            last_review_id=review.review_id,
            last_review_on=review.held_on,
            next_review_on=review.next_on,
        )


@projection.on(ActionAgreed)
def _action_agreed(event: ActionAgreed, _position: int, rows: Rows) -> None:
    action = event.action
    if action.due is not None:
        about = () if action.owner.member_id is None else (action.owner.member_id,)
        due = Due(kind=DueKind.ACTION, on=action.due, item_id=action.action_id, about=about)
        _begin(rows, event, due, action.owner, action.text)


@projection.on(ActionCompleted)
def _action_completed(event: ActionCompleted, _position: int, rows: Rows) -> None:
    rows.delete(DueRow, event.family_id, DueKind.ACTION, event.action_id)


@projection.on(ActionCancelled)
def _action_cancelled(event: ActionCancelled, _position: int, rows: Rows) -> None:
    rows.delete(DueRow, event.family_id, DueKind.ACTION, event.action_id)


@projection.on(GoalSet)
def _goal_set(event: GoalSet, _position: int, rows: Rows) -> None:
    goal = event.goal
    if goal.target_date is not None:
        due = Due(kind=DueKind.GOAL, on=goal.target_date, item_id=goal.goal_id)
        _begin(rows, event, due, None, goal.text)


@projection.on(GoalEnded)
def _goal_ended(event: GoalEnded, _position: int, rows: Rows) -> None:
    rows.delete(DueRow, event.family_id, DueKind.GOAL, event.goal_id)


@projection.on(SafetyAgreementMade)
def _agreement_made(event: SafetyAgreementMade, _position: int, rows: Rows) -> None:
    agreement = event.agreement
    if agreement.review_on is not None:
        due = Due(
            kind=DueKind.AGREEMENT,
            on=agreement.review_on,
            item_id=agreement.agreement_id,
            about=agreement.with_members,
        )
        _begin(rows, event, due, agreement.watched_by, agreement.text)


@projection.on(SafetyAgreementEnded)
def _agreement_ended(event: SafetyAgreementEnded, _position: int, rows: Rows) -> None:
    rows.delete(DueRow, event.family_id, DueKind.AGREEMENT, event.agreement_id)


def _begin(rows: Rows, event: PlanEvent, due: Due, owner: Owner | None, text: str) -> None:
    if due.item_id is None:
        raise ValueError(f"{due.kind} is no thing of its own")
    rows.put(
        DueRow(
            family_id=event.family_id,
            kind=due.kind,
            item_id=due.item_id,
            due=due,
            owner=owner,
            text=text,
        )
    )


def _change(rows: Rows, event: PlanEvent, **changes: object) -> None:
    rows.put(_existing(rows, event).model_copy(update=changes))


def _existing(rows: Rows, event: PlanEvent) -> AgendaRow:
    return existing(rows, AgendaRow, event.family_id)
