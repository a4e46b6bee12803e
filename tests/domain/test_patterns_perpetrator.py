"""Patterns around one person: just below, at and above each threshold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.patterns import KnownIncident
from domain.values import Gravity, IncidentKind
from tests.domain.pictures import found, incident, proofs

CIRCLE, OFTEN, GRAVER, MIXED = (
    "widening-circle",
    "rising-frequency",
    "rising-gravity",
    "violence-together",
)


def test_the_circle_widens_with_each_further_victim() -> None:
    first = incident("i1", date(2024, 1, 1), "ex", "ma")
    again = incident("i2", date(2024, 2, 1), "ex", "ma")
    child = incident("i3", date(2024, 3, 1), "ex", "kim")
    gran = incident("i4", date(2024, 4, 1), "ex", "gran ma")
    assert found(CIRCLE, first, again) == []
    (two,) = found(CIRCLE, first, again, child)
    assert (two.key, two.level, two.about) == ("ex", 1, ("ex", "ma", "kim"))
    assert proofs(two) == ["i1", "i3"]  # the second time against ma proves nothing more
    (three,) = found(CIRCLE, first, again, child, gran)
    assert (three.level, proofs(three)) == (2, ["i1", "i3", "i4"])


@pytest.mark.parametrize(
    ("day", "levels"),
    [(date(2025, 12, 31), [1]), (date(2026, 1, 1), [1]), (date(2026, 1, 2), [])],
)
def test_a_next_victim_counts_within_24_months(day: date, levels: list[int]) -> None:
    first = incident("i1", date(2024, 1, 1), "ex", "ma")
    assert [one.level for one in found(CIRCLE, first, incident("i2", day, "ex", "kim"))] == levels


def test_the_24_months_run_from_the_last_time_an_earlier_victim_was_reached() -> None:
    (circle,) = found(
        CIRCLE,
        incident("i1", date(2020, 1, 1), "ex", "ma"),
        incident("i2", date(2023, 1, 1), "ex", "ma"),
        incident("i3", date(2024, 1, 1), "ex", "kim"),
    )
    assert proofs(circle) == ["i1", "i3"]


def test_two_victims_at_once_are_no_widening_but_a_third_one_later_is() -> None:
    both = incident("i1", date(2024, 1, 1), "ex", "ma kim")
    at_once = incident("i2", date(2024, 1, 1), "ex", "bo")  # at the same moment
    assert found(CIRCLE, both) == []
    assert found(CIRCLE, both, at_once) == []
    (three,) = found(CIRCLE, both, incident("i3", date(2024, 5, 1), "ex", "gran"))
    # ma, kim and gran are three victims.
    assert (three.level, proofs(three)) == (2, ["i1", "i3"])


def test_the_circle_is_around_one_known_person_and_of_known_victims() -> None:
    assert (
        found(
            CIRCLE,
            incident("i1", date(2024, 1, 1), "unknown", "ma"),
            incident("i2", date(2024, 2, 1), "unknown", "kim"),
            incident("i3", date(2024, 3, 1), "ex", "ma"),
            incident("i4", date(2024, 4, 1), "pa", "kim"),
            incident("i5", date(2024, 5, 1), "ex", "unknown"),
            incident("i6", date(2024, 6, 1), "ex", "ex"),
        )
        == []
    )


@pytest.mark.parametrize("kind", IncidentKind)
def test_only_what_is_aimed_at_somebody_widens_a_circle(kind: IncidentKind) -> None:
    seen = found(
        CIRCLE,
        incident("i1", date(2024, 1, 1), "ex", "ma"),
        incident("i2", date(2024, 2, 1), "ex", "kim", kind=kind),
    )
    aimed = {"stalking", "physical", "psychological", "sexual", "coercive-control"}
    assert bool(seen) is (kind.value in aimed)


LAST = date(2025, 6, 30)


def ago(days: int, number: int = 0, by: str = "ex") -> KnownIncident:
    return incident(f"{by}-{days}-{number}", LAST - timedelta(days=days), by)


@pytest.mark.parametrize(
    ("days_ago", "counts"),
    [
        ((0, 10), None),  # two are no pattern
        ((0, 10, 89), (3, 0)),
        ((0, 10, 90), None),  # the third lies in the period before
        ((0, 10, 20, 90), (3, 1)),  # three times as many
        ((0, 10, 20, 90, 179), None),  # three are not twice two
        ((0, 10, 20, 90, 180), (3, 1)),  # the last one lies before both periods
        ((0, 10, 20, 30, 90, 179), (4, 2)),  # twice as many
    ],
)
def test_it_happens_more_often(days_ago: tuple[int, ...], counts: tuple[int, int] | None) -> None:
    seen = found(OFTEN, *(ago(days, n) for n, days in enumerate(days_ago)))
    if counts is None:
        assert seen == []
        return
    recent, before = counts
    (finding,) = seen
    assert (finding.key, finding.about, len(finding.evidence)) == ("ex", ("ex",), recent)
    assert finding.detail == (
        f"{recent} incidents in 90 days up to 2025-06-30, {before} in the 90 days before"
    )


@pytest.mark.parametrize(("count", "level"), [(3, 1), (5, 1), (6, 2), (9, 3)])
def test_more_is_a_further_level_but_not_each_one(count: int, level: int) -> None:
    (finding,) = found(OFTEN, *(ago(n, n) for n in range(count)))
    assert finding.level == level


def test_incidents_of_different_people_or_of_nobody_known_do_not_add_up() -> None:
    assert (
        found(OFTEN, ago(0), ago(1), ago(2, by="pa"), *(ago(n, by="unknown") for n in range(4)))
        == []
    )


W, S, V, L = Gravity


def stated(*gravities: Gravity | None) -> list[KnownIncident]:
    """Incidents by one person, a month apart."""
    return [
        incident(f"i{n}", date(2024, 1, 1) + timedelta(days=30 * n), "ex", gravity=gravity)
        for n, gravity in enumerate(gravities, start=1)
    ]


@pytest.mark.parametrize(
    ("gravities", "seen"),
    [
        ((W, S), None),
        ((W, S, W), None),
        ((S, S, S), None),
        ((L, V, S, W), None),
        ((V, V), None),
        ((W, S, S), (1, ["i1", "i2", "i3"])),
        ((W, None, V), (2, ["i1", "i3"])),
        ((S, V, W), (2, ["i1", "i2"])),  # something lighter afterwards takes nothing away
        ((V, L), (3, ["i1", "i2"])),
        ((W, S, V), (2, ["i1", "i2", "i3"])),
    ],
)
def test_it_gets_graver(
    gravities: tuple[Gravity | None, ...], seen: tuple[int, list[str]] | None
) -> None:
    findings = found(GRAVER, *stated(*gravities))
    assert [(one.level, proofs(one)) for one in findings] == ([] if seen is None else [seen])


@pytest.mark.parametrize(("day", "times"), [(date(2026, 1, 1), 1), (date(2026, 1, 2), 0)])
def test_graver_within_24_months(day: date, times: int) -> None:
    lesser = incident("i1", date(2024, 1, 1), "ex", gravity=W)
    assert len(found(GRAVER, lesser, incident("i2", day, "ex", gravity=V))) == times


def test_gravities_of_different_people_are_not_compared() -> None:
    lesser = incident("i1", date(2024, 1, 1), "ex", gravity=W)
    graver = incident("i2", date(2024, 2, 1), "pa unknown", gravity=L)
    assert found(GRAVER, lesser, graver) == []


def test_kinds_of_violence_together() -> None:
    hit = incident("i1", date(2024, 1, 1), "ex", "ma", kind=IncidentKind.PHYSICAL)
    followed = incident("i2", date(2024, 2, 1), "ex", "ma")
    controlled = incident("i3", date(2024, 3, 1), "ex", kind=IncidentKind.COERCIVE_CONTROL)
    forced = incident("i4", date(2024, 4, 1), "ex", kind=IncidentKind.SEXUAL)
    window = incident("i5", date(2024, 5, 1), "ex", kind=IncidentKind.PROPERTY)
    # Stalking and coercive control are both psychological; a window is no violence.
    assert found(MIXED, followed, controlled, window) == []
    (two,) = found(MIXED, hit, followed, controlled)
    assert (two.key, two.level, proofs(two)) == ("ex", 1, ["i1", "i2"])
    (three,) = found(MIXED, hit, followed, controlled, forced)
    assert (three.level, proofs(three)) == (2, ["i1", "i2", "i4"])


@pytest.mark.parametrize(("day", "times"), [(date(2026, 1, 1), 1), (date(2026, 1, 2), 0)])
def test_together_is_within_24_months(day: date, times: int) -> None:
    hit = incident("i1", date(2024, 1, 1), "ex", kind=IncidentKind.PHYSICAL)
    assert len(found(MIXED, hit, incident("i2", day, "ex"))) == times


def test_kinds_by_different_people_are_not_together() -> None:
    hit = incident("i1", date(2024, 1, 1), "pa", kind=IncidentKind.PHYSICAL)
    forced = incident("i2", date(2024, 1, 2), "unknown", kind=IncidentKind.SEXUAL)
    psychological = incident("i3", date(2024, 1, 3), "unknown")
    assert found(MIXED, hit, incident("i4", date(2024, 1, 4), "ex"), forced, psychological) == []
