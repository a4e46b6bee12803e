"""What is due in a plan, by Dutch calendar days: actions, goals, reviews, safety agreements.

What has to be done by a day is overdue from the next day on. What asks for attention on a day,
a safety agreement to be reviewed and after-care, does so from that day on. That reviews and
safety agreements are looked at again by an agreed date follows 1Gezin1Plan practice; when it
becomes a finding is our working agreement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from domain.calendar import beginning_of, first_moment_after
from domain.values import Evidence, Finding, ItemId, MemberId, Value

SOON_DAYS = 14
"""How far ahead a lead looks: the weeks in which there is still time to help something along."""


class DueKind(StrEnum):
    """What can be due."""

    ACTION = "action"
    GOAL = "goal"
    REVIEW = "review"
    AGREEMENT = "agreement"
    AFTER_CARE = "after-care"


ON_THE_DAY = frozenset({DueKind.AGREEMENT, DueKind.AFTER_CARE})
"""What asks for attention on its day, and not only once that day has passed."""

ONE_AT_A_TIME = frozenset({DueKind.REVIEW, DueKind.AFTER_CARE})
"""Of these a plan has one, so that the day says which it is."""

RULES = {
    DueKind.ACTION: "action-overdue",
    DueKind.GOAL: "goal-past-target",
    DueKind.REVIEW: "review-overdue",
    DueKind.AGREEMENT: "agreement-review-due",
    DueKind.AFTER_CARE: "after-care-due",
}


class Due(Value):
    """Something with a day, a Dutch calendar day.

    Args:
        item_id: the action, goal or agreement; for a review the one that planned it; None for
            after-care.
        about: the members it concerns, as far as known.
    """

    kind: DueKind
    on: date
    item_id: ItemId | None = None
    about: tuple[MemberId, ...] = ()


def is_due(due: Due, today: date) -> bool:
    """Whether it asks for attention today."""
    return due.on <= today if due.kind in ON_THE_DAY else due.on < today


def is_soon(due: Due, today: date) -> bool:
    """Whether it will be due, on a day that is near."""
    return not is_due(due, today) and (due.on - today).days <= SOON_DAYS


def is_reviewed(review_on: date, last_review_on: date | None) -> bool:
    """Whether an agreement's day is met: a review of the plan was held on that day or later."""
    return last_review_on is not None and last_review_on >= review_on


def finding(due: Due) -> Finding:
    """What the lead hears about something that is due. It stays the same until it is met."""
    item_id = due.item_id
    if item_id is None or due.kind in ONE_AT_A_TIME:
        what, key = str(due.kind), due.on.isoformat()
    else:
        what, key = f"{due.kind} {item_id}", item_id
    return Finding(
        rule=RULES[due.kind],
        key=key,
        about=due.about,
        detail=f"{what} was planned for {due.on}",
        evidence=() if item_id is None else (Evidence(kind=due.kind, item_id=item_id),),
    )


def next_change(dues: Iterable[Due], today: date) -> datetime | None:
    """The first midnight after today, Dutch time, on which something more is due. None: never."""
    return min((_due_from(one) for one in dues if not is_due(one, today)), default=None)


def _due_from(due: Due) -> datetime:
    return beginning_of(due.on) if due.kind in ON_THE_DAY else first_moment_after(due.on)
