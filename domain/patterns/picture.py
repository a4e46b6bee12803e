"""Picture: what is known of a family, as far as patterns may lie in it.

It has no texts and no names. All of it comes from what was put on record, none from the clock, so
that what is found in it only changes when something comes to be known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator

from domain.calendar import dutch_day
from domain.patterns.periods import is_minor
from domain.values import (
    UNKNOWN,
    Evidence,
    FamilyRole,
    Gravity,
    IncidentKind,
    ItemId,
    LifeDomain,
    MeasureForm,
    MeasureKind,
    MemberId,
    UtcDateTime,
    Value,
)


class KnownMember(Value):
    """Somebody who is in the plan, or was."""

    member_id: MemberId
    role: FamilyRole
    birth_date: date | None = None

    def is_child_on(self, day: date) -> bool:
        """Whether they are a child on a day: by their birth date, or if unknown by their role."""
        if self.birth_date is None:
            return self.role is FamilyRole.CHILD
        return is_minor(self.birth_date, day)


class KnownIncident(Value):
    """An incident as it stands now, after all that became clear; ``at`` is when it began.

    However sure it is, it counts: a pattern only shows, and the lead sees what it is made of.
    """

    incident_id: ItemId
    at: UtcDateTime
    kind: IncidentKind
    by: tuple[MemberId, ...]
    against: tuple[MemberId, ...]
    gravity: Gravity | None = None

    @cached_property
    def day(self) -> date:
        """The Dutch day on which it began."""
        return dutch_day(self.at)

    @property
    def doers(self) -> tuple[str, ...]:
        """Who is known to have done it."""
        return known(self.by)

    @property
    def victims(self) -> tuple[str, ...]:
        """Against whom it is known to have been."""
        return known(self.against)

    @property
    def evidence(self) -> Evidence:
        """How a finding refers to it."""
        return Evidence(kind="incident", item_id=self.incident_id)


class KnownReport(Value):
    """A report; ``at`` is when it was received."""

    report_id: ItemId
    at: UtcDateTime
    about: tuple[MemberId, ...] = ()

    @property
    def evidence(self) -> Evidence:
        """How a finding refers to it."""
        return Evidence(kind="report", item_id=self.report_id)


class KnownConcern(Value):
    """A concern; ``at`` is when it was raised."""

    concern_id: ItemId
    at: UtcDateTime
    life_domain: LifeDomain
    about: tuple[MemberId, ...] = ()
    is_open: bool = True

    @property
    def evidence(self) -> Evidence:
        """How a finding refers to it."""
        return Evidence(kind="concern", item_id=self.concern_id)


class KnownMeasure(Value):
    """A measure. All days are Dutch calendar days.

    Args:
        ends_on: as planned, None for open-ended.
        ended_on: None as long as nobody has said that it ended.
        never_began: it was called off before it began.
    """

    measure_id: ItemId
    kind: MeasureKind
    form: MeasureForm
    for_members: tuple[MemberId, ...]
    begins_on: date
    ends_on: date | None = None
    ended_on: date | None = None
    never_began: bool = False

    def runs_on(self, day: date) -> bool:
        """Whether it runs on a day: from its first day to its last, which is the day on which it
        ended, else the one on which it was planned to.
        """
        last = self.ends_on if self.ended_on is None else self.ended_on
        return not self.never_began and self.begins_on <= day and (last is None or day <= last)

    @property
    def evidence(self) -> Evidence:
        """How a finding refers to it."""
        return Evidence(kind="measure", item_id=self.measure_id)


Happened = KnownIncident | KnownReport | KnownConcern
"""What has a moment."""


def _incidents_in_order(incidents: tuple[KnownIncident, ...]) -> tuple[KnownIncident, ...]:
    return tuple(sorted(incidents, key=lambda one: (one.at, one.incident_id)))


def _reports_in_order(reports: tuple[KnownReport, ...]) -> tuple[KnownReport, ...]:
    return tuple(sorted(reports, key=lambda one: (one.at, one.report_id)))


def _concerns_in_order(concerns: tuple[KnownConcern, ...]) -> tuple[KnownConcern, ...]:
    return tuple(sorted(concerns, key=lambda one: (one.at, one.concern_id)))


def _measures_in_order(measures: tuple[KnownMeasure, ...]) -> tuple[KnownMeasure, ...]:
    return tuple(sorted(measures, key=lambda one: (one.begins_on, one.measure_id)))


def _members_in_order(members: tuple[KnownMember, ...]) -> tuple[KnownMember, ...]:
    return tuple(sorted(members, key=lambda one: one.member_id))


class Picture(Value):
    """What is known of a family, each thing once and in the order in which it happened.

    It is the same in whatever order it came to be known.
    """

    members: Annotated[tuple[KnownMember, ...], AfterValidator(_members_in_order)] = ()
    incidents: Annotated[tuple[KnownIncident, ...], AfterValidator(_incidents_in_order)] = ()
    reports: Annotated[tuple[KnownReport, ...], AfterValidator(_reports_in_order)] = ()
    concerns: Annotated[tuple[KnownConcern, ...], AfterValidator(_concerns_in_order)] = ()
    measures: Annotated[tuple[KnownMeasure, ...], AfterValidator(_measures_in_order)] = ()


def known(members: Iterable[str]) -> tuple[str, ...]:
    """The members among them, each once: nobody can tell who ``unknown`` is."""
    return tuple(dict.fromkeys(one for one in members if one != UNKNOWN))


def by_doer(incidents: Iterable[KnownIncident]) -> dict[str, list[KnownIncident]]:
    """The incidents of each known doer, in the order given."""
    own: defaultdict[str, list[KnownIncident]] = defaultdict(list)
    for incident in incidents:
        for doer in incident.doers:
            own[doer].append(incident)
    return own


def people_in(incidents: Iterable[KnownIncident]) -> tuple[str, ...]:
    """Who did them and against whom, as far as known, each once."""
    return known(member for one in incidents for member in (*one.by, *one.against))
