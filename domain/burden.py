"""What the help itself asks of a family: too many visitors in a week, and members nobody hears.

That families want one person with a team behind that one, and that speaking directly with the
people concerned gives the sharper picture, are facts of the field (the project's design). How
much is too much is our working agreement, in the one table below.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import beginning_of, dutch_day
from domain.values import Evidence, FamilyRole, Finding, Manner

SEVERAL_VISITORS = "several-visitors"
NOT_HEARD = "not-heard"


@dataclass(frozen=True)
class Thresholds:
    """When the help becomes a burden.

    Args:
        visiting_agencies: different agencies on home visits in one week. Two is what the lead and
            one who helps make together in an ordinary week; the third is one too many.
        unheard_weeks: weeks in which a member was not heard once. A plan is reviewed every few
            months; who was not heard for eight weeks has no part in the next review.
        heard_roles: members who have a voice in the plan themselves. The network and relatives
            take part to support them. An ex-partner is mostly a parent, and is heard as one.
    """

    visiting_agencies: int = 3
    unheard_weeks: int = 8
    heard_roles: frozenset[FamilyRole] = frozenset(FamilyRole) - {
        FamilyRole.RELATIVE,
        FamilyRole.NETWORK,
    }


THRESHOLDS = Thresholds()

FACE_TO_FACE = frozenset(Manner) - {Manner.PHONE, Manner.VIDEO}
"""The conversations for which somebody had to be somewhere."""


@dataclass(frozen=True)
class Visit:
    """A home visit of an agency; ``members`` are those who were there."""

    conversation_id: str
    agency: str
    held_at: datetime
    members: tuple[str, ...]


@dataclass(frozen=True)
class Listening:
    """How it stands with hearing one member.

    Args:
        since: when they were last heard; if that is later, when they came into the plan, or when
            it was opened or reopened.
        heard_in: the conversation in which they were last heard, None if in none.
    """

    member_id: str
    role: FamilyRole
    since: datetime
    heard_in: str | None


def iso_week(day: date) -> str:
    """The week of a day, Monday to Sunday, as ISO 8601 writes it: ``2025-W14``."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def are_several(agencies: Iterable[str]) -> bool:
    """Whether these are too many agencies to visit a family in one week."""
    return len(set(agencies)) >= THRESHOLDS.visiting_agencies


def several_visitors(week: str, visits: Iterable[Visit]) -> Finding | None:
    """Too many agencies visited in this week; each agency more is one level higher."""
    in_order = sorted(visits, key=lambda one: (one.held_at, one.conversation_id))
    agencies = {one.agency for one in in_order}
    if not are_several(agencies):
        return None
    return Finding(
        rule=SEVERAL_VISITORS,
        key=week,
        level=len(agencies) - THRESHOLDS.visiting_agencies + 1,
        about=tuple(dict.fromkeys(member for one in in_order for member in one.members)),
        detail=f"{len(agencies)} agencies made {len(in_order)} home visits in {week}",
        evidence=tuple(_conversation(one.conversation_id) for one in in_order),
    )


def times_unheard(listening: Listening, now: datetime) -> int:
    """How many times over a member has not been heard for too long; 0 when that is not so.

    Counted in Dutch calendar days. Always 0 for those who need not be heard.
    """
    if listening.role not in THRESHOLDS.heard_roles:
        return 0
    return max(0, days_between(listening.since, now)) // _unheard_days()


def not_heard(listening: Listening, now: datetime) -> Finding | None:
    """A member was not heard for too long; the same time over again is one level higher."""
    level = times_unheard(listening, now)
    if level == 0:
        return None
    heard_in = listening.heard_in
    return Finding(
        rule=NOT_HEARD,
        key=listening.member_id,
        level=level,
        about=(listening.member_id,),
        detail=f"not heard for {level * THRESHOLDS.unheard_weeks} weeks",
        evidence=() if heard_in is None else (_conversation(heard_in),),
    )


def next_unheard_at(listening: Listening, now: datetime) -> datetime | None:
    """When this member, if nobody hears them, reaches the next level: a Dutch day's beginning.

    None for those who need not be heard.
    """
    if listening.role not in THRESHOLDS.heard_roles:
        return None
    days = (times_unheard(listening, now) + 1) * _unheard_days()
    return beginning_of(dutch_day(listening.since) + timedelta(days=days))


def days_between(earlier: datetime, later: datetime) -> int:
    """Dutch calendar days from one moment to another; 0 within one day."""
    return (dutch_day(later) - dutch_day(earlier)).days


def _unheard_days() -> int:
    return THRESHOLDS.unheard_weeks * 7


def _conversation(conversation_id: str) -> Evidence:
    return Evidence(kind="conversation", item_id=conversation_id)
