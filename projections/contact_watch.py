"""What of the contact load is brought to the lead's attention."""

from __future__ import annotations

from datetime import datetime

from domain import burden
from domain.burden import Visit
from domain.calendar import dutch_day
from domain.values import Manner
from projections.contact_load import family_of, listening_to, present_members
from projections.contact_rows import ContactRow, ContactWeek, projection
from projections.rows import Reader
from projections.watching import Look, Watcher


def look(reader: Reader, family_id: str, now: datetime) -> Look:
    """Weeks with too many visitors, and members who are not heard, while the plan is open.

    Weeks that were over before the plan was last opened are history.
    """
    family = family_of(reader, family_id)
    if family is None or not family.is_open:
        return Look()
    listening = [listening_to(family, member) for member in present_members(reader, family_id)]
    weeks = reader.select(
        ContactWeek, where={"family_id": family_id, "several": True}, order=("week",)
    )
    first = burden.iso_week(dutch_day(family.open_since))
    findings = [
        *(
            burden.several_visitors(row.week, _visits(reader, family_id, row.week))
            for row in weeks
            if row.week >= first
        ),
        *(burden.not_heard(one, now) for one in listening),
    ]
    moments = [burden.next_unheard_at(one, now) for one in listening]
    return Look(
        findings=tuple(one for one in findings if one is not None),
        next_at=min((one for one in moments if one is not None), default=None),
    )


WATCHER = Watcher("contact_load", projection, look)


def _visits(reader: Reader, family_id: str, week: str) -> list[Visit]:
    where = {"family_id": family_id, "week": week, "manner": Manner.HOME_VISIT}
    return [
        Visit(row.conversation_id, row.agency, row.held_at, row.members)
        for row in reader.select(ContactRow, where=where)
    ]
