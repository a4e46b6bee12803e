"""The policy table as a matrix: every cell against what was written down by hand."""

from __future__ import annotations

import pytest

from domain.need_to_know.bases import LegalBasis
from domain.need_to_know.categories import Category
from domain.need_to_know.policy import (
    OPEN_IN_AN_EMERGENCY,
    ROWS,
    TABLE,
    Access,
    Onlooker,
    rule_for,
)
from domain.values import AgencyKind

COLUMNS = (
    *("police", "prosecution", "victim-support", "probation", "child-protection", "halt"),
    *("youth-care", "veilig-thuis", "school", "shelter", "municipality", "health-care"),
    *("family", "network", "lead", "auditor", "administrator"),
)
# A all, O own, C with consent, - none. Written by hand, not made from the table.
MATRIX = """
plan          A   A  A   A   A   A    A  A  A   A   A   A    A   A   A    A   -
members       A   A  A   A   A   A    A  A  A   A   A   A    A   A   A    A   -
birth-dates   A   A  -   A   A   -    A  A  -   A   A   A    O   O   A    A   -
addresses     A   O  C   O   C   O    C  A  C   A   C   C    A   O   A    A   -
work          A   O  C   A   A   O    A  A  A   A   A   A    A   O   A    A   -
safety        A   A  A   A   A   O    A  A  A   A   A   A    O   O   A    A   -
incidents     A   A  C   A   A   O    A  A  C   A   C   C    O   O   A    A   -
sources       A   A  A   A   A   A    A  A  A   A   A   A    -   -   A    A   -
criminal      A   A  O   A   A   O    O  A  O   O   O   O    O   O   A    A   -
help          C   O  C   A   A   C    A  A  C   A   A   A    A   O   A    A   -
health        C   O  C   C   A   O    A  A  C   C   C   A    O   O   A    A   -
reports       O   O  O   O   A   O    A  A  O   O   O   O    O   O   A    A   -
reporter      O   O  O   O   O   O    O  A  O   O   O   O    -   -   A    A   -
feedback      O   O  O   O   O   O    O  A  O   O   O   O    -   -   A    A   -
notes         C   O  C   C   A   O    A  A  C   C   C   C    -   -   A    A   -
signals       -   -  -   -   -   -    -  A  -   -   -   -    -   -   A    A   -
questions     A   O  O   A   A   O    A  A  O   A   A   O    O   O   A    A   -
meldcode      O   O  O   O   O   O    O  A  O   O   O   O    -   -   A    A   -
conversations C   O  C   C   A   O    A  A  C   C   C   C    O   O   A    A   -
own-words     C   O  A   C   A   O    A  A  A   A   A   A    O   O   A    A   -
consent       O   O  O   O   O   O    O  O  O   O   O   O    O   O   A    A   -
conferences   A   A  A   A   A   A    A  A  A   A   A   A    O   O   A    A   -
emergency     O   O  O   O   O   O    O  O  O   O   O   O    -   -   A    A   -
"""
LETTERS = {"A": Access.ALL, "O": Access.OWN, "C": Access.CONSENT, "-": Access.NONE}


def cells() -> dict[tuple[str, str], Access]:
    """The matrix by who looks and category."""
    found = {}
    for line in MATRIX.split("\n")[1:-1]:
        category, *letters = line.split()
        for column, letter in zip(COLUMNS, letters, strict=True):
            found[column, category] = LETTERS[letter]
    return found


CELLS = cells()


def test_the_matrix_has_every_onlooker_and_every_category() -> None:
    assert set(CELLS) == {(who.value, one.value) for who in Onlooker for one in Category}
    assert {one.value for one in AgencyKind} < {one.value for one in Onlooker}


@pytest.mark.parametrize("who", Onlooker)
def test_each_cell_is_as_written_down(who: Onlooker) -> None:
    for category in Category:
        rule = rule_for(who, category)
        assert rule.access is CELLS[who.value, category.value], (who, category)
        assert rule.basis in LegalBasis


def test_no_cell_is_said_twice() -> None:
    said = [(who, category) for category, _, _, all_of in ROWS for who in all_of]
    assert len(said) == len(set(said)) == len(TABLE)


def test_who_sees_anything_sees_the_frame_that_all_else_is_folded_on() -> None:
    for who in Onlooker:
        accesses = {TABLE[who, category].access for category in Category}
        if accesses != {Access.NONE}:
            assert TABLE[who, Category.PLAN].access is Access.ALL
            assert TABLE[who, Category.MEMBERS].access is Access.ALL


def test_an_emergency_opens_what_protects_and_leaves_the_rest_as_it_is() -> None:
    closed = {"reporter", "feedback", "signals", "meldcode", "own-words", "consent", "conferences"}
    closed.add("emergency")
    assert {one.value for one in Category} - closed == {one.value for one in OPEN_IN_AN_EMERGENCY}
    for kind in AgencyKind:
        who = Onlooker(kind.value)
        for category in Category:
            rule = rule_for(who, category, emergency=True)
            if category.value in closed:
                assert rule == TABLE[who, category]
            else:
                assert (rule.access, rule.basis) == (Access.ALL, LegalBasis.EMERGENCY)


def test_consent_opens_to_an_agency_only_on_a_ground_that_names_it() -> None:
    for (who, category), rule in TABLE.items():
        if rule.access is Access.CONSENT:
            assert who.value in set(AgencyKind)
            explicit = category is Category.HEALTH
            wanted = LegalBasis.EXPLICIT_CONSENT if explicit else LegalBasis.CONSENT
            assert rule.basis is wanted
