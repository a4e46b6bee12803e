"""Retention: the longest term that applies to one of those who work with a family."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.retention import RETENTION, RecordFacts, due_on, terms_of, years_after
from domain.values import AgencyKind

CLOSED = date(2024, 2, 29)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def facts(*kinds: AgencyKind, **more: object) -> RecordFacts:
    given_facts = {"last_change_on": CLOSED, "closed_on": CLOSED, **more}
    return RecordFacts(kinds, **given_facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (AgencyKind.YOUTH_CARE, date(2044, 2, 29)),
        (AgencyKind.HEALTH_CARE, date(2044, 2, 29)),
        (AgencyKind.MUNICIPALITY, date(2039, 3, 1)),
        (AgencyKind.SHELTER, date(2039, 3, 1)),
        (AgencyKind.VEILIG_THUIS, date(2044, 2, 29)),
        (AgencyKind.POLICE, date(2034, 3, 1)),
        (AgencyKind.HALT, date(2044, 2, 29)),
        (AgencyKind.SCHOOL, date(2029, 3, 1)),
    ],
)
def test_each_agency_keeps_a_record_as_long_as_its_law_says(kind: AgencyKind, due: date) -> None:
    assert due_on(facts(kind)) == due


def test_every_kind_of_agency_has_a_term_and_every_term_a_source() -> None:
    assert set().union(*(one.kinds for one in RETENTION)) == set(AgencyKind)
    assert all(one.source for one in RETENTION)
    assert len({one.code for one in RETENTION}) == len(RETENTION)


def test_the_longest_term_of_all_counts() -> None:
    assert due_on(facts(AgencyKind.SCHOOL, AgencyKind.POLICE)) == date(2034, 3, 1)


def test_child_protection_keeps_until_the_youngest_is_24() -> None:
    born = (date(2010, 5, 1), date(2023, 6, 1))
    assert due_on(facts(AgencyKind.CHILD_PROTECTION, birth_dates=born)) == date(2047, 6, 1)


def test_veilig_thuis_keeps_at_least_until_the_youngest_is_18() -> None:
    long_ago = date(2000, 1, 1)
    born = (date(2015, 1, 1),)
    found = facts(
        AgencyKind.VEILIG_THUIS, last_change_on=long_ago, closed_on=long_ago, birth_dates=born
    )
    assert due_on(found) == date(2033, 1, 1)


def test_an_open_plan_is_never_due() -> None:
    assert due_on(facts(AgencyKind.SCHOOL, closed_on=None)) is None
    assert terms_of(facts(AgencyKind.SCHOOL, closed_on=None))[0].over_on is None


@given(st.sets(st.sampled_from(AgencyKind)), st.sets(st.sampled_from(AgencyKind)), DAYS, DAYS)
def test_more_agencies_never_shorten_it(
    some: set[AgencyKind], more: set[AgencyKind], closed: date, born: date
) -> None:
    alone = due_on(facts(*some, closed_on=closed, last_change_on=closed, birth_dates=(born,)))
    together = due_on(
        facts(*some, *more, closed_on=closed, last_change_on=closed, birth_dates=(born,))
    )
    assert alone is not None
    assert together is not None
    assert together >= alone >= closed


@given(DAYS, st.integers(0, 60))
def test_years_later_is_the_same_day_or_the_first_of_march(day: date, years: int) -> None:
    later = years_after(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) in {(day.month, day.day), (3, 1)}
