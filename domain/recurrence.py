"""Recurrence: what those a measure was for did while it ran, and in the year after it.

A case can be disposed of without being disposed of meaningfully; what a measure did afterwards
has to be followed. That this takes twelve months is our working agreement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.calendar import year_after
from domain.values import ItemId, MemberId, Value


class Deed(Value):
    """An incident as it stands now: who did it, and the Dutch day on which it began."""

    incident_id: ItemId
    by: tuple[MemberId, ...]
    day: date


class Relapse(Value):
    """An incident by somebody the measure was for."""

    incident_id: ItemId
    day: date


class Recurrence(Value):
    """The incidents by those a measure was for, in the order of their days.

    One that began before the measure counts for neither, also if it went on. ``during`` is from
    the first to the last day of the measure, ``after`` the twelve months that follow.

    Args:
        first_after_days: days from the end of the measure to the first incident after it.
        followed_until: the last day that was looked at, None until the measure has ended.
        is_complete: whether the twelve months are over.
    """

    during: tuple[Relapse, ...] = ()
    after: tuple[Relapse, ...] = ()
    first_after_days: int | None = None
    followed_until: date | None = None
    is_complete: bool = False


def last_day_followed(ended_on: date) -> date:
    """The last day on which an incident counts as one after the measure."""
    return year_after(ended_on)


def is_after(ended_on: date, day: date) -> bool:
    """Whether a day is one on which an incident counts as one after the measure."""
    return ended_on < day <= last_day_followed(ended_on)


def recurs(for_members: Iterable[str], ended_on: date, deed: Deed) -> bool:
    """Whether an incident is one after the measure, by somebody it was for."""
    return is_after(ended_on, deed.day) and not set(for_members).isdisjoint(deed.by)


def recurrence(
    for_members: Iterable[str],
    begins_on: date,
    ended_on: date | None,
    deeds: Iterable[Deed],
    today: date,
) -> Recurrence:
    """What followed on a measure that began, as far as it is known today.

    Args:
        ended_on: None while it runs.
        deeds: all incidents of the family, in any order.
    """
    members = set(for_members)
    own = sorted(
        (deed for deed in deeds if not members.isdisjoint(deed.by)),
        key=lambda deed: (deed.day, deed.incident_id),
    )
    until = today if ended_on is None else ended_on
    during = tuple(_relapse(deed) for deed in own if begins_on <= deed.day <= until)
    if ended_on is None:
        return Recurrence(during=during)
    after = tuple(_relapse(deed) for deed in own if recurs(members, ended_on, deed))
    last = last_day_followed(ended_on)
    return Recurrence(
        during=during,
        after=after,
        first_after_days=(after[0].day - ended_on).days if after else None,
        followed_until=min(today, last),
        is_complete=today > last,
    )


def _relapse(deed: Deed) -> Relapse:
    return Relapse(incident_id=deed.incident_id, day=deed.day)
