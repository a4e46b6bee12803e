"""Retention: how long the law wants a family's record to be kept, agency by agency.

The record is kept as long as the longest term that applies to one of those who work with it. Once
that is over the data may not be kept any longer (GDPR, article 5(1)(e)).

A legal officer of the ones who run this service checks this table before it is used for a family.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.values import AgencyKind

COMING_OF_AGE = 18
"""Years. Source: Burgerlijk Wetboek, book 1, article 233."""


class Begin(StrEnum):
    """What a term runs from."""

    LAST_CHANGE = "last-change"
    CLOSING = "closing"
    YOUNGEST_OF_AGE = "youngest-of-age"


@dataclass(frozen=True, slots=True)
class RetentionTerm:
    """One term: whose record, for how many whole years, from when, and by which rule."""

    code: str
    kinds: frozenset[AgencyKind]
    begin: Begin
    years: int
    source: str


def _kinds(*kinds: AgencyKind) -> frozenset[AgencyKind]:
    return frozenset(kinds)


RETENTION: tuple[RetentionTerm, ...] = (
    RetentionTerm(
        "youth-care",
        _kinds(AgencyKind.YOUTH_CARE),
        Begin.LAST_CHANGE,
        20,
        "Jeugdwet, article 7.3.8, third paragraph",
    ),
    RetentionTerm(
        "health-care",
        _kinds(AgencyKind.HEALTH_CARE),
        Begin.LAST_CHANGE,
        20,
        "Burgerlijk Wetboek, book 7, article 454, third paragraph (WGBO)",
    ),
    RetentionTerm(
        "social-support",
        _kinds(AgencyKind.MUNICIPALITY, AgencyKind.SHELTER),
        Begin.LAST_CHANGE,
        15,
        "Wmo 2015, article 5.3.4",
    ),
    RetentionTerm(
        "veilig-thuis",
        _kinds(AgencyKind.VEILIG_THUIS),
        Begin.LAST_CHANGE,
        20,
        "Rijksoverheid, Bewaartermijn dossier jeugdhulp: 20 years",
    ),
    RetentionTerm(
        "veilig-thuis-minors",
        _kinds(AgencyKind.VEILIG_THUIS),
        Begin.YOUNGEST_OF_AGE,
        0,
        "Rijksoverheid, Bewaartermijn dossier jeugdhulp: until the youngest child is 18",
    ),
    RetentionTerm(
        "child-protection",
        _kinds(AgencyKind.CHILD_PROTECTION),
        Begin.YOUNGEST_OF_AGE,
        6,
        "Kwaliteitskader Raad voor de Kinderbescherming: until the child is 24",
    ),
    RetentionTerm(
        "police",
        _kinds(AgencyKind.POLICE),
        Begin.LAST_CHANGE,
        10,
        "Wet politiegegevens, article 8, sixth paragraph (5 years), and article 14 (5 years more)",
    ),
    RetentionTerm(
        "justice",
        _kinds(
            AgencyKind.PROSECUTION,
            AgencyKind.PROBATION,
            AgencyKind.HALT,
            AgencyKind.VICTIM_SUPPORT,
        ),
        Begin.CLOSING,
        20,
        "Our working agreement. The Wet justitiële en strafvorderlijke gegevens sets terms by "
        "offence and outcome (articles 4 to 6); those of the agency's own file stay its own matter",
    ),
    RetentionTerm(
        "school",
        _kinds(AgencyKind.SCHOOL),
        Begin.CLOSING,
        5,
        "Absence: 5 years (Besluit bekostiging WPO, article 6); the pupil's file itself 2 years",
    ),
)


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the terms of one family's record depend on; Dutch calendar days.

    ``kinds`` are those of all who were ever a party, ``birth_dates`` those of its children that are
    known. ``closed_on`` is None while the plan is open.
    """

    kinds: Collection[AgencyKind]
    last_change_on: date
    closed_on: date | None
    birth_dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningTerm:
    """A term that applies, and the first day on which it is over; None while it has not begun."""

    term: RetentionTerm
    over_on: date | None


def over_on(term: RetentionTerm, facts: RecordFacts) -> date | None:
    """The first day on which the term is over, or None when it has not begun.

    A term that runs from the youngest child's coming of age falls away where no birth date of a
    child is known: then it is over since the last change.
    """
    if term.begin is Begin.LAST_CHANGE:
        return years_after(facts.last_change_on, term.years)
    if term.begin is Begin.CLOSING:
        return None if facts.closed_on is None else years_after(facts.closed_on, term.years)
    if not facts.birth_dates:
        return facts.last_change_on
    return years_after(max(facts.birth_dates), COMING_OF_AGE + term.years)


def terms_of(
    facts: RecordFacts, table: Iterable[RetentionTerm] = RETENTION
) -> tuple[RunningTerm, ...]:
    """The terms that apply to a record, in the order of the table."""
    kinds = set(facts.kinds)
    return tuple(RunningTerm(one, over_on(one, facts)) for one in table if one.kinds & kinds)


def due_on(facts: RecordFacts, table: Iterable[RetentionTerm] = RETENTION) -> date | None:
    """The first day on which a record is to be erased, or None while that is not certain.

    It is not certain while the plan is open, or while a term has not begun. Where no term applies
    it is the day of the closing.
    """
    if facts.closed_on is None:
        return None
    ends = [facts.closed_on]
    for one in terms_of(facts, table):
        if one.over_on is None:
            return None
        ends.append(one.over_on)
    return max(ends)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; for 29 February the first of March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
