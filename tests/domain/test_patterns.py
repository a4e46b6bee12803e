"""The rules as a whole: in whatever order facts arrive, always proven, and by their table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.patterns import (
    RULES,
    KnownConcern,
    KnownIncident,
    KnownMeasure,
    KnownMember,
    KnownReport,
    Picture,
    Rule,
    find_patterns,
)
from domain.values import (
    FamilyRole,
    Gravity,
    IncidentKind,
    LifeDomain,
    MeasureForm,
    MeasureKind,
    Value,
)
from tests.domain.pictures import incident

PEOPLE = ("ma", "pa", "kim", "gran", "stranger")
people = st.lists(st.sampled_from((*PEOPLE, "unknown")), min_size=1, max_size=3, unique=True)
long_ago_or_now = st.dates(date(1980, 1, 1), date(2030, 1, 1)) | st.dates(
    date(2024, 1, 1), date(2024, 9, 1)
)
moments = st.builds(
    lambda day, moment: datetime.combine(day, moment, UTC), long_ago_or_now, st.times()
)
days = st.dates(date(1960, 1, 1), date(2030, 1, 1))
ids = st.uuids().map(lambda one: one.hex)


def some(
    one: type[Value], key: str, most: int, **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    return st.lists(
        st.builds(one, **{key: ids}, **fields),
        max_size=most,
        unique_by=lambda fact: getattr(fact, key),
    ).map(tuple)


members = st.lists(
    st.builds(
        KnownMember,
        member_id=st.sampled_from(PEOPLE[:-1]),
        role=st.sampled_from(FamilyRole),
        birth_date=st.none() | days,
    ),
    unique_by=lambda one: one.member_id,
).map(tuple)
about = people.map(tuple)
pictures = st.builds(
    Picture,
    members=members,
    incidents=some(
        KnownIncident,
        "incident_id",
        9,
        at=moments,
        kind=st.sampled_from(IncidentKind),
        by=about,
        against=about,
        gravity=st.none() | st.sampled_from(Gravity),
    ),
    reports=some(KnownReport, "report_id", 4, at=moments, about=about),
    concerns=some(
        KnownConcern,
        "concern_id",
        4,
        at=moments,
        life_domain=st.sampled_from(
            (LifeDomain.ADDICTION, LifeDomain.PARENTING, LifeDomain.MENTAL_HEALTH)
        ),
        about=about,
        is_open=st.booleans(),
    ),
    measures=some(
        KnownMeasure,
        "measure_id",
        3,
        kind=st.sampled_from(MeasureKind),
        form=st.sampled_from(MeasureForm),
        for_members=about,
        begins_on=days,
        ends_on=st.none() | days,
        ended_on=st.none() | days,
        never_began=st.booleans(),
    ),
)


@settings(max_examples=150, deadline=None)
@given(picture=pictures, data=st.data())
def test_the_order_of_arrival_does_not_matter(picture: Picture, data: st.DataObject) -> None:
    shuffled = Picture(
        **{name: tuple(data.draw(st.permutations(facts))) for name, facts in picture}
    )
    assert list(find_patterns(shuffled)) == list(find_patterns(picture))


@settings(max_examples=150, deadline=None)
@given(picture=pictures)
def test_every_finding_is_proven_in_the_picture_and_stands_once(picture: Picture) -> None:
    there = {
        *(("incident", one.incident_id) for one in picture.incidents),
        *(("report", one.report_id) for one in picture.reports),
        *(("concern", one.concern_id) for one in picture.concerns),
        *(("measure", one.measure_id) for one in picture.measures),
    }
    seen = list(find_patterns(picture))
    places = [(one.rule, one.key) for one in seen]
    assert len(set(places)) == len(places)
    for one in seen:
        proofs = [(proof.kind, proof.item_id) for proof in one.evidence]
        assert proofs
        assert len(set(proofs)) == len(proofs)
        assert set(proofs) <= there
        assert "unknown" not in one.about
        assert one.key != "unknown"


@settings(max_examples=100, deadline=None)
@given(picture=pictures)
def test_nothing_is_found_where_nobody_is_known(picture: Picture) -> None:
    """But for reports, and concerns beside each other: they need not name anybody."""
    nobody = ("unknown",)
    blind = picture.model_copy(
        update={
            "incidents": tuple(
                one.model_copy(update={"by": nobody, "against": nobody})
                for one in picture.incidents
            )
        }
    )
    assert {one.rule for one in find_patterns(blind)} <= {"repeat-report", "combined-problems"}


@settings(max_examples=100, deadline=None)
@given(picture=pictures, extra=st.integers(0, 4))
def test_a_further_report_never_lowers_the_level(picture: Picture, extra: int) -> None:
    fewer = picture.model_copy(update={"reports": picture.reports[:extra]})

    def level(one: Picture) -> int:
        return sum(f.level for f in find_patterns(one) if f.rule == "repeat-report")

    assert level(fewer) <= level(picture)


def test_no_facts_no_findings() -> None:
    assert list(find_patterns(Picture())) == []


def test_the_table_names_each_rule_once_and_says_where_it_comes_from() -> None:
    assert [rule.name for rule in RULES] == [
        "widening-circle",
        "rising-frequency",
        "rising-gravity",
        "repeat-report",
        "violence-together",
        "combined-problems",
        "partner-violence-with-child-abuse",
        "relapse-during-measure",
        "over-generations",
    ]
    for rule in RULES:
        assert "{" not in rule.looks_for  # each limit is filled in
        assert "working agreement" in rule.source
        assert rule.title != rule.title_nl
        assert rule.looks_for.endswith(".")


@pytest.mark.parametrize(
    ("name", "limits", "expected"),
    [
        ("widening-circle", {"months": 1}, 0),
        ("rising-frequency", {"at_least": 4}, 0),
        ("rising-frequency", {"days": 30}, 0),
        ("violence-together", {"months": 1}, 0),
        ("violence-together", {"at_least": 3}, 0),
        ("rising-gravity", {"alarming": Gravity.LIFE_THREATENING}, 0),
        ("rising-gravity", {"months": 1}, 0),
        ("widening-circle", {}, 1),
        ("rising-frequency", {}, 1),
        ("violence-together", {}, 1),
        ("rising-gravity", {}, 1),
    ],
)
def test_another_threshold_in_the_table_is_another_behaviour(
    name: str, limits: dict[str, object], expected: int
) -> None:
    # Three incidents by one person, forty days apart.
    picture = Picture(
        incidents=(
            incident("i1", date(2024, 1, 1), "ex", "ma", gravity=Gravity.WORRYING),
            incident("i2", date(2024, 2, 10), "ex", "kim", kind=IncidentKind.PHYSICAL),
            incident("i3", date(2024, 3, 21), "ex", "kim", gravity=Gravity.SEVERE),
        )
    )
    (rule,) = [one for one in RULES if one.name == name]
    changed: Rule[object] = replace(rule, limits=replace(rule.limits, **limits))
    assert len(list(changed.findings(picture))) == expected
