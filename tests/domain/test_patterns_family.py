"""Patterns in the family as a whole: just below, at and above each threshold."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.patterns import KnownIncident, KnownMember
from domain.values import FamilyRole, IncidentKind, LifeDomain
from tests.domain.pictures import FAMILY, concern, found, incident, measure, proofs, report

REPEAT, COMBINED, HOME, RELAPSE, GENERATIONS = (
    "repeat-report",
    "combined-problems",
    "partner-violence-with-child-abuse",
    "relapse-during-measure",
    "over-generations",
)


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        (date(2024, 1, 1), [1]),  # the same day
        (date(2024, 12, 31), [1]),
        (date(2025, 1, 1), [1]),
        (date(2025, 1, 2), []),
    ],
)
def test_a_repeat_report_comes_within_12_months(day: date, levels: list[int]) -> None:
    seen = found(REPEAT, report("r1", date(2024, 1, 1)), report("r2", day))
    assert [one.level for one in seen] == levels


def test_each_repeat_report_counts_and_those_that_stand_alone_prove_nothing() -> None:
    (finding,) = found(
        REPEAT,
        report("alone", date(2020, 1, 1)),
        report("r1", date(2023, 1, 1)),
        report("r2", date(2023, 12, 1)),
        report("r3", date(2024, 11, 1)),  # within a year of r2, not of r1
    )
    assert (finding.key, finding.level, finding.about) == ("family", 2, ("kim",))
    assert proofs(finding) == ["r1", "r2", "r3"]
    assert {one.kind for one in finding.evidence} == {"report"}


def test_one_report_is_no_repeat() -> None:
    assert found(REPEAT, report("r1", date(2024, 1, 1))) == []


RAISED = date(2024, 6, 15)
ADDICTION = concern("c1", RAISED, LifeDomain.ADDICTION, "pa")
NEGLECT = incident("i1", date(2024, 5, 1), "unknown", "bo", kind=IncidentKind.NEGLECT)


def test_addiction_with_neglect_or_with_a_concern_about_parenting() -> None:
    parenting = concern("c2", date(2024, 7, 1), LifeDomain.PARENTING, "bo")
    assert found(COMBINED, ADDICTION) == []
    assert found(COMBINED, parenting, NEGLECT) == []
    (neglect,) = found(COMBINED, ADDICTION, NEGLECT)
    assert (neglect.key, neglect.level) == ("addiction-and-neglect", 1)
    assert (neglect.about, proofs(neglect)) == (("pa", "bo"), ["i1", "c1"])
    (worry,) = found(COMBINED, ADDICTION, parenting)
    assert (worry.key, proofs(worry)) == ("addiction-and-parenting", ["c1", "c2"])
    assert len(found(COMBINED, ADDICTION, parenting, NEGLECT)) == 2


def test_a_concern_that_is_resolved_is_no_problem_any_more() -> None:
    resolved = concern("c1", RAISED, LifeDomain.ADDICTION, "pa", is_open=False)
    parenting = concern("c2", RAISED, LifeDomain.PARENTING, is_open=False)
    assert found(COMBINED, resolved, NEGLECT) == []
    assert found(COMBINED, ADDICTION, parenting) == []


@pytest.mark.parametrize(
    ("day", "times"),
    [(date(2022, 6, 14), 0), (date(2022, 6, 15), 1), (date(2024, 6, 15), 1), (date(2027, 1, 1), 1)],
)
def test_an_incident_counts_from_24_months_before_a_concern_that_is_open(
    day: date, times: int
) -> None:
    neglect = incident("i1", day, "pa", "bo", kind=IncidentKind.NEGLECT)
    assert len(found(COMBINED, ADDICTION, neglect)) == times


def test_mental_health_goes_with_violence_by_the_same_person() -> None:
    worry = concern("c1", RAISED, LifeDomain.MENTAL_HEALTH, "ex ma")
    by_another = incident("i1", RAISED, "pa", "ex", kind=IncidentKind.PHYSICAL)
    by_nobody_known = incident("i2", RAISED, "unknown", "ma", kind=IncidentKind.PHYSICAL)
    window = incident("i3", RAISED, "ex", kind=IncidentKind.PROPERTY)
    assert found(COMBINED, worry, by_another, by_nobody_known, window) == []
    hit = incident("i4", date(2024, 7, 1), "ex", "ma", kind=IncidentKind.PHYSICAL)
    (finding,) = found(COMBINED, worry, by_another, hit)
    assert (finding.key, finding.about) == ("mental-health-and-aggression:ex", ("ex",))
    assert proofs(finding) == ["c1", "i4"]


PARTNERS = incident("p1", date(2024, 1, 1), "ex", "ma", kind=IncidentKind.PHYSICAL)


@pytest.mark.parametrize(
    ("day", "times"),
    [
        (date(2021, 12, 31), 0),
        (date(2022, 1, 1), 1),
        (date(2024, 1, 1), 1),
        (date(2026, 1, 1), 1),
        (date(2026, 1, 2), 0),
    ],
)
def test_partner_violence_with_child_abuse_within_24_months(day: date, times: int) -> None:
    against_a_child = incident("c1", day, "pa", "bo", kind=IncidentKind.NEGLECT)
    assert len(found(HOME, PARTNERS, against_a_child)) == times
    assert found(HOME, PARTNERS) == found(HOME, against_a_child) == []


def test_each_child_counts_and_one_incident_may_be_both() -> None:
    both = incident("b1", date(2024, 2, 1), "ex", "ma kim")
    (one,) = found(HOME, both)
    assert (one.key, one.level, one.about) == ("family", 1, ("ex", "ma", "kim"))
    assert proofs(one) == ["b1"]
    (two,) = found(HOME, PARTNERS, both, incident("b2", date(2024, 3, 1), "pa", "kim bo"))
    assert (two.level, proofs(two)) == (2, ["p1", "b1", "b2"])


@pytest.mark.parametrize(
    "other",
    [
        incident("c1", date(2024, 2, 1), "unknown", "kim"),
        incident("c1", date(2024, 2, 1), "aunt", "kim"),
        incident("c1", date(2024, 2, 1), "kim", "bo"),
        incident("c1", date(2024, 2, 1), "pa", "unknown"),
        incident("c1", date(2024, 2, 1), "pa", "gran"),
        incident("c1", date(2024, 2, 1), "pa", "kim", kind=IncidentKind.PROPERTY),
        incident("c1", date(2024, 2, 1), "pa", "kim", kind=IncidentKind.UNKNOWN),
    ],
)
def test_what_is_no_child_abuse(other: KnownIncident) -> None:
    assert found(HOME, PARTNERS, other) == []


@pytest.mark.parametrize(
    "other",
    [
        incident("p1", date(2024, 1, 1), "unknown", "ma"),
        incident("p1", date(2024, 1, 1), "ex", "unknown"),
        incident("p1", date(2024, 1, 1), "gran", "ma"),
        incident("p1", date(2024, 1, 1), "ex", "ex"),
        incident("p1", date(2024, 1, 1), "ex pa", "gran"),
        incident("p1", date(2024, 1, 1), "ex", "ma", kind=IncidentKind.OTHER),
    ],
)
def test_what_is_no_partner_violence(other: KnownIncident) -> None:
    assert found(HOME, other, incident("c1", date(2024, 2, 1), "pa", "kim")) == []


@pytest.mark.parametrize(("day", "times"), [(date(2028, 5, 9), 1), (date(2028, 5, 10), 0)])
def test_a_child_is_under_18_by_birth_date(day: date, times: int) -> None:
    # Kim is of 10 May 2010 and becomes 18 on 10 May 2028.
    partners = incident("p1", date(2028, 1, 1), "ex", "ma")
    assert len(found(HOME, partners, incident("c1", day, "pa", "kim"))) == times


def test_without_a_birth_date_the_role_says_who_is_a_child_and_with_one_any_role_may_be() -> None:
    niece = KnownMember(member_id="ann", role=FamilyRole.RELATIVE, birth_date=date(2012, 1, 1))
    seen = found(
        HOME, PARTNERS, incident("c1", date(2024, 2, 1), "pa", "bo ann"), members=(*FAMILY, niece)
    )
    assert [one.level for one in seen] == [2]


BEGIN, PLANNED = date(2024, 3, 1), date(2024, 3, 31)


def fight(day: date, by: str = "ex", incident_id: str = "i1") -> KnownIncident:
    return incident(incident_id, day, by, kind=IncidentKind.OTHER)


@pytest.mark.parametrize(
    ("day", "times"),
    [
        (date(2024, 2, 29), 0),
        (date(2024, 3, 1), 1),
        (date(2024, 3, 31), 1),
        (date(2024, 4, 1), 0),
    ],
)
def test_a_relapse_is_from_the_first_to_the_last_planned_day(day: date, times: int) -> None:
    assert len(found(RELAPSE, measure(BEGIN, PLANNED), fight(day))) == times


@pytest.mark.parametrize(
    ("ended_on", "day", "times"),
    [
        (date(2024, 3, 10), date(2024, 3, 10), 1),
        (date(2024, 3, 10), date(2024, 3, 11), 0),  # ended before the planned day
        (date(2024, 5, 1), date(2024, 4, 20), 1),  # went on after it
    ],
)
def test_the_day_on_which_it_ended_goes_before_the_planned_one(
    ended_on: date, day: date, times: int
) -> None:
    assert len(found(RELAPSE, measure(BEGIN, PLANNED, ended_on), fight(day))) == times


def test_an_open_ended_measure_runs_on_and_one_that_never_began_does_not() -> None:
    late = fight(date(2030, 1, 1))
    assert len(found(RELAPSE, measure(BEGIN), late)) == 1
    assert found(RELAPSE, measure(BEGIN, never_began=True), late) == []


def test_each_incident_by_somebody_it_is_for_is_a_level() -> None:
    theirs = measure(BEGIN, PLANNED, for_members="ma ex")
    own = fight(date(2024, 3, 5))
    together = fight(date(2024, 3, 6), "pa ex", "i2")
    by_others = fight(date(2024, 3, 7), "pa", "i3"), fight(date(2024, 3, 7), "unknown", "i4")
    assert found(RELAPSE, theirs, *by_others) == []
    (finding,) = found(RELAPSE, theirs, own, together, *by_others)
    assert (finding.key, finding.level, finding.about) == ("M", 2, ("ex",))
    assert proofs(finding) == ["M", "i1", "i2"]


def test_the_day_of_a_relapse_is_a_dutch_one() -> None:
    # 22:30 UTC on 31 March 2024 is half past midnight on 1 April in Dutch summer time.
    late = fight(PLANNED).model_copy(update={"at": datetime(2024, 3, 31, 22, 30, tzinfo=UTC)})
    assert found(RELAPSE, measure(BEGIN, PLANNED), late) == []


CHILD = incident("c1", date(2024, 1, 1), "pa", "kim", kind=IncidentKind.PHYSICAL)


@pytest.mark.parametrize(("day", "times"), [(date(2008, 5, 31), 1), (date(2008, 6, 1), 0)])
@pytest.mark.parametrize("side", ["by", "against"])
def test_in_the_youth_of_a_parent_and_then_of_a_child(side: str, day: date, times: int) -> None:
    # Ma is of 1 June 1990 and became 18 on 1 June 2008.
    by, against = ("ma", "unknown") if side == "by" else ("unknown", "ma")
    youth = incident("y1", day, by, against)
    seen = found(GENERATIONS, youth, CHILD)
    assert len(seen) == times
    assert found(GENERATIONS, youth) == found(GENERATIONS, CHILD) == []
    for finding in seen:
        assert (finding.key, finding.level, proofs(finding)) == ("family", 1, ["y1", "c1"])
        assert set(finding.about) == {"ma", "pa", "kim"}


def test_parents_and_grandparents_are_two_generations() -> None:
    of_gran = incident("g1", date(1970, 1, 1), "unknown", "gran")
    of_ma = incident("y1", date(2000, 1, 1), "gran", "ma")
    (finding,) = found(GENERATIONS, of_gran, of_ma, CHILD)
    assert (finding.level, proofs(finding)) == (2, ["g1", "y1", "c1"])


def test_from_a_grandparent_to_a_parent_and_from_a_parent_to_a_child() -> None:
    # As adults: no birth date of pa is known, and it need not be.
    down = incident("g1", date(2024, 6, 1), "gran", "pa", kind=IncidentKind.PSYCHOLOGICAL)
    (finding,) = found(GENERATIONS, CHILD, down)
    assert (finding.key, finding.level, proofs(finding)) == ("family", 1, ["c1", "g1"])
    up = incident("g1", date(2024, 6, 1), "pa", "gran")
    assert found(GENERATIONS, CHILD, up) == []
    by_another = incident("c2", date(2024, 1, 1), "unknown", "kim")
    assert found(GENERATIONS, by_another, down) == []


@pytest.mark.parametrize(
    ("youth", "child"),
    [
        # The child's came first.
        (incident("y1", date(2007, 1, 1), "unknown", "ma"), date(2006, 1, 1)),
        # An aunt is no earlier generation of theirs.
        (incident("y1", date(2007, 1, 1), "unknown", "aunt"), date(2024, 1, 1)),
        # No birth date is known.
        (incident("y1", date(2007, 1, 1), "unknown", "pa"), date(2024, 1, 1)),
        (incident("y1", date(2007, 1, 1), "ma", kind=IncidentKind.PROPERTY), date(2024, 1, 1)),
    ],
)
def test_what_is_not_over_generations(youth: KnownIncident, child: date) -> None:
    assert found(GENERATIONS, youth, incident("c1", child, "pa", "bo")) == []


def test_what_somebody_did_as_a_child_to_their_own_child_is_one_generation() -> None:
    young = incident("y1", date(2007, 1, 1), "ma", "bo")
    assert found(GENERATIONS, young, incident("c1", date(2008, 1, 1), "ma", "bo")) == []
