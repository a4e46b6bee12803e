"""Who contacts a family and how often, and which of its members are not heard.

Families get worn out by visitors who do not know of each other; this lays their visits side by
side. What is too much stands in :mod:`domain.burden`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain import burden
from domain.burden import Listening
from domain.calendar import beginning_of, dutch_day
from domain.values import AgencyCode, FamilyRole, Line, Manner, MemberId, UtcDateTime
from projections.contact_rows import (
    ContactAgency,
    ContactFamily,
    ContactMember,
    ContactRow,
    projection,
)
from projections.current_plan import View
from projections.rows import Reader
from projections.views import FamilyView

SHORT, LONG = 4, 12
"""Weeks over which contacts are counted."""


class MannerCount(View):
    """How many contacts there were of one kind."""

    manner: Manner
    count: int


class AgencyContacts(View):
    """How often one agency had contact with the family, and when last.

    Counted in Dutch calendar days, today among them: the last 28 and the last 84. ``by_manner``
    is over the last 84, the most frequent first.
    """

    agency: AgencyCode
    last_4_weeks: int
    last_12_weeks: int
    by_manner: tuple[MannerCount, ...]
    last_at: UtcDateTime
    last_manner: Manner
    last_professional: Line
    last_conversation: str


class WeekContacts(View):
    """The contacts of one week (ISO 8601, Dutch days).

    Args:
        begins_on: its Monday.
        home_visits: how many; ``visiting_agencies`` made them.
        other_face_to_face: conversations elsewhere for which somebody had to come.
        at_a_distance: by telephone or video.
        several_visitors: whether too many agencies visited at home.
    """

    week: str
    begins_on: date
    home_visits: int
    visiting_agencies: tuple[AgencyCode, ...]
    other_face_to_face: int
    at_a_distance: int
    total: int
    several_visitors: bool


class MemberContact(View):
    """When a member was last heard.

    Args:
        last_heard_at: when, in conversation ``last_heard_in``; None for never.
        days_unheard: Dutch calendar days since then; if that is later, since they came into the
            plan, or since it was opened or reopened.
        too_long: whether that is too long. Never for relatives and the network, nor in a closed
            plan.
    """

    member_id: MemberId
    role: FamilyRole
    last_heard_at: UtcDateTime | None
    last_heard_in: str | None
    days_unheard: int
    too_long: bool


class ContactLoadView(View):
    """What the help asks of a family.

    ``agencies`` has every agency that ever had contact, the most frequent of late first;
    ``weeks`` has this week and the eleven before it, the latest first; ``members`` has those who
    are in the plan, the longest unheard first.
    """

    family_id: str
    contacts_4_weeks: int
    contacts_12_weeks: int
    agencies: tuple[AgencyContacts, ...]
    weeks: tuple[WeekContacts, ...]
    members: tuple[MemberContact, ...]


def contact_load_view(reader: Reader, family_id: str, now: datetime) -> ContactLoadView | None:
    """The contact load of a family, or None when it has no plan."""
    family = family_of(reader, family_id)
    if family is None:
        return None
    today = dutch_day(now)
    long = _contacts_since(reader, family_id, today - timedelta(weeks=LONG, days=-1))
    short = _since(long, today - timedelta(weeks=SHORT, days=-1))
    return ContactLoadView(
        family_id=family_id,
        contacts_4_weeks=len(short),
        contacts_12_weeks=len(long),
        agencies=_agencies(reader, family_id, short, long),
        weeks=_weeks(long, today),
        members=_members(family, present_members(reader, family_id), now),
    )


CONTACT_LOAD = FamilyView(
    name="contact-load",
    about="Who contacts the family and how often, week by week, and who is not heard.",
    model=ContactLoadView,
    projections=(projection,),
    read=contact_load_view,
)


def family_of(reader: Reader, family_id: str) -> ContactFamily | None:
    """How the plan of a family stands, None when it has none."""
    return next(iter(reader.select(ContactFamily, where={"family_id": family_id})), None)


def present_members(reader: Reader, family_id: str) -> list[ContactMember]:
    """The members of a family who are in its plan now, sorted by id."""
    where = {"family_id": family_id, "present": True}
    return reader.select(ContactMember, where=where, order=("member_id",))


def listening_to(family: ContactFamily, member: ContactMember) -> Listening:
    """How it stands with hearing a member. Nobody could be heard while there was no work."""
    moments = (family.open_since, member.added_at, member.last_heard_at)
    return Listening(
        member_id=member.member_id,
        role=member.role,
        since=max(moment for moment in moments if moment is not None),
        heard_in=member.last_heard_in,
    )


def _contacts_since(reader: Reader, family_id: str, day: date) -> list[ContactRow]:
    """The contacts from the beginning of a Dutch day on, in the order in which they were held."""
    return reader.select(
        ContactRow,
        where={"family_id": family_id},
        order=("held_at", "conversation_id"),
        after=(beginning_of(day), ""),
    )


def _since(contacts: Iterable[ContactRow], day: date) -> list[ContactRow]:
    return [one for one in contacts if dutch_day(one.held_at) >= day]


def _agencies(
    reader: Reader, family_id: str, short: list[ContactRow], long: list[ContactRow]
) -> tuple[AgencyContacts, ...]:
    lately = Counter(one.agency for one in short)
    manners: defaultdict[str, Counter[Manner]] = defaultdict(Counter)
    for one in long:
        manners[one.agency][one.manner] += 1
    found = [
        AgencyContacts(
            agency=row.agency,
            last_4_weeks=lately[row.agency],
            last_12_weeks=manners[row.agency].total(),
            by_manner=_most_frequent(manners[row.agency]),
            last_at=row.last_at,
            last_manner=row.last_manner,
            last_professional=row.last_professional,
            last_conversation=row.last_conversation,
        )
        for row in reader.select(ContactAgency, where={"family_id": family_id}, order=("agency",))
    ]
    return tuple(sorted(found, key=lambda one: (-one.last_4_weeks, -one.last_12_weeks)))


def _most_frequent(manners: Counter[Manner]) -> tuple[MannerCount, ...]:
    in_order = sorted(manners.items(), key=lambda one: (-one[1], one[0]))
    return tuple(MannerCount(manner=manner, count=count) for manner, count in in_order)


def _weeks(contacts: Iterable[ContactRow], today: date) -> tuple[WeekContacts, ...]:
    by_week: defaultdict[str, list[ContactRow]] = defaultdict(list)
    for one in contacts:
        by_week[one.week].append(one)
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=ago) for ago in range(LONG)]
    return tuple(_week(begins_on, by_week[burden.iso_week(begins_on)]) for begins_on in mondays)


def _week(begins_on: date, contacts: list[ContactRow]) -> WeekContacts:
    visits = [one for one in contacts if one.manner is Manner.HOME_VISIT]
    face_to_face = [one for one in contacts if one.manner in burden.FACE_TO_FACE]
    agencies = sorted({one.agency for one in visits})
    return WeekContacts(
        week=burden.iso_week(begins_on),
        begins_on=begins_on,
        home_visits=len(visits),
        visiting_agencies=tuple(agencies),
        other_face_to_face=len(face_to_face) - len(visits),
        at_a_distance=len(contacts) - len(face_to_face),
        total=len(contacts),
        several_visitors=burden.are_several(agencies),
    )


def _members(
    family: ContactFamily, members: Iterable[ContactMember], now: datetime
) -> tuple[MemberContact, ...]:
    found = []
    for member in members:
        listening = listening_to(family, member)
        found.append(
            MemberContact(
                member_id=member.member_id,
                role=member.role,
                last_heard_at=member.last_heard_at,
                last_heard_in=member.last_heard_in,
                days_unheard=max(0, burden.days_between(listening.since, now)),
                too_long=family.is_open and burden.times_unheard(listening, now) > 0,
            )
        )
    return tuple(sorted(found, key=lambda one: (not one.too_long, -one.days_unheard)))
