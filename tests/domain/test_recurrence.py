"""Recurrence: which incidents count as again, during a measure and in the year after it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.recurrence import Deed, Recurrence, Relapse, recurrence

BEGIN = date(2025, 1, 10)
END = date(2025, 3, 31)
PEOPLE = ("father", "son", "mother", "unknown")

days = st.dates(date(2024, 6, 1), date(2026, 12, 31))
deeds = st.lists(
    st.builds(
        Deed,
        incident_id=st.uuids().map(lambda one: one.hex),
        by=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True).map(tuple),
        day=days,
    ),
    max_size=12,
    unique_by=lambda deed: deed.incident_id,
)


def deed(incident_id: str, day: date, *by: str) -> Deed:
    return Deed(incident_id=incident_id, by=by or ("son",), day=day)


def test_who_did_it_again_and_when() -> None:
    history = [
        deed("on-the-last-day", END),
        deed("a-year-later", date(2026, 3, 31)),
        deed("too-late", date(2026, 4, 1)),
        deed("before", date(2025, 1, 9)),
        deed("on-the-first-day", BEGIN, "father", "son"),
        deed("another", date(2025, 5, 1), "father"),
        deed("nobody-knows", date(2025, 5, 2), "unknown"),
        deed("first", date(2025, 4, 10)),
    ]
    found = recurrence(("son", "mother"), BEGIN, END, history, today=date(2026, 4, 1))
    assert [one.incident_id for one in found.during] == ["on-the-first-day", "on-the-last-day"]
    assert [one.incident_id for one in found.after] == ["first", "a-year-later"]
    # From 31 March to 10 April are ten days.
    assert found.first_after_days == 10
    assert (found.followed_until, found.is_complete) == (date(2026, 3, 31), True)


def test_how_far_the_year_has_come() -> None:
    found = recurrence(("son",), BEGIN, END, [], today=date(2025, 7, 1))
    assert found == Recurrence(followed_until=date(2025, 7, 1))
    last = recurrence(("son",), BEGIN, END, [], today=date(2026, 3, 31))
    assert not last.is_complete


def test_while_a_measure_runs_only_what_happens_during_it_counts() -> None:
    history = [deed("i1", date(2025, 2, 1)), deed("i2", date(2025, 6, 1))]
    found = recurrence(("son",), BEGIN, None, history, today=date(2025, 5, 1))
    assert found == Recurrence(during=(Relapse(incident_id="i1", day=date(2025, 2, 1)),))


@given(deeds=deeds, begin=days, length=st.integers(0, 400), more=st.integers(0, 800))
def test_each_incident_of_theirs_counts_once_at_most_and_no_other(
    deeds: list[Deed], begin: date, length: int, more: int
) -> None:
    end = begin + timedelta(days=length)
    found = recurrence(("son",), begin, end, deeds, today=end + timedelta(days=more))
    counted = [one.incident_id for one in (*found.during, *found.after)]
    theirs = {one.incident_id for one in deeds if "son" in one.by}
    assert len(counted) == len(set(counted))
    assert set(counted) <= theirs
    assert all(begin <= one.day <= end for one in found.during)
    # A year has 365 or 366 days.
    assert all(0 < (one.day - end).days <= 366 for one in found.after)
    assert [one.day for one in found.after] == sorted(one.day for one in found.after)
    assert (found.first_after_days is None) is (found.after == ())
    left_out = [one for one in deeds if one.incident_id in theirs - set(counted)]
    assert all(one.day < begin or (one.day - end).days >= 365 for one in left_out)


@given(data=st.data(), deeds=deeds, begin=days, length=st.integers(0, 400))
def test_the_order_in_which_incidents_become_known_makes_no_difference(
    data: st.DataObject, deeds: list[Deed], begin: date, length: int
) -> None:
    end, today = begin + timedelta(days=length), date(2027, 6, 1)
    shuffled = data.draw(st.permutations(deeds))
    found = recurrence(("son",), begin, end, shuffled, today)
    assert found == recurrence(("son",), begin, end, deeds, today)


@given(deeds=deeds, begin=days, length=st.integers(0, 400), more=st.integers(0, 60))
def test_what_was_found_stays_found_as_time_goes_by(
    deeds: list[Deed], begin: date, length: int, more: int
) -> None:
    end = begin + timedelta(days=length)
    now = recurrence(("son",), begin, end, deeds, today=end + timedelta(days=more))
    later = recurrence(("son",), begin, end, deeds, today=end + timedelta(days=more + 30))
    assert (now.during, now.after) == (later.during, later.after)
    assert now.followed_until is not None
    assert later.followed_until is not None
    assert now.followed_until <= later.followed_until
