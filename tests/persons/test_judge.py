"""Who is meant: certain, in doubt, or new."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.matching import Register
from benchmarks.population import population
from benchmarks.sloppiness import Agency
from domain.persons.blocking import blocking_keys
from domain.persons.compare import compare
from domain.persons.description import PersonDescription
from domain.persons.judge import Certain, Doubt, KnownPerson, New, Verdict, Why, judge
from domain.persons.weights import TABLE
from tests.persons.people import DESCRIPTIONS, OTHER_PSEUDONYM, PSEUDONYM, said

SOMEBODY = UUID(int=1)
SOMEBODY_ELSE = UUID(int=2)


def known(*descriptions: PersonDescription, **facts: Any) -> KnownPerson:
    return KnownPerson(facts.pop("person_id", SOMEBODY), descriptions, **facts)


def verdict_on(description: PersonDescription, *people: KnownPerson) -> Verdict:
    return judge(description, people)


@given(DESCRIPTIONS, DESCRIPTIONS)
def test_to_compare_is_symmetric(one: PersonDescription, other: PersonDescription) -> None:
    assert compare(one, other) == compare(other, one)


@given(DESCRIPTIONS)
def test_a_description_is_found_by_itself_and_is_never_new(one: PersonDescription) -> None:
    assert blocking_keys(one)
    assert not isinstance(judge(one, [known(one)]), New)


@given(DESCRIPTIONS, DESCRIPTIONS, DESCRIPTIONS)
def test_the_order_of_the_candidates_makes_no_difference(
    one: PersonDescription, first: PersonDescription, second: PersonDescription
) -> None:
    people = [known(first), known(second, person_id=SOMEBODY_ELSE)]
    assert judge(one, people) == judge(one, people[::-1])


@given(DESCRIPTIONS, DESCRIPTIONS)
def test_a_reason_says_nothing_of_the_person(
    one: PersonDescription, other: PersonDescription
) -> None:
    allowed = {f"{field}: {level} ({odds.weight:+.1f})" for (field, level), odds in TABLE.items()}
    assert set(compare(one, other).reasons) <= allowed


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"postcode": None, "gender": None},
        {"prefix": None},
        {"prefix": None, "family_name": "v.d. WESTERKAMP"},
        {"given_names": "Jan"},
        {"given_names": None, "initials": "J.P."},
        {"birth_date": "1985-12-04"},
        {"family_name": "Westerkmap"},
        {"given_names": "Jan", "family_name": "Bos-van der Westerkamp"},
    ],
)
def test_certain_without_a_number(facts: dict[str, Any]) -> None:
    assert isinstance(verdict_on(said(**facts), known(said())), Certain)


@pytest.mark.parametrize(
    "facts",
    [
        {"given_names": "Joris Pieter"},
        {"given_names": "Jaap"},
        {"given_names": None, "initials": "J."},
        {"given_names": None},
        {"gender": "female"},
        {"family_name": "Bos", "prefix": None},
        {"given_names": "Jan Willem"},
    ],
)
def test_what_a_twin_or_a_namesake_shares_is_a_doubt(facts: dict[str, Any]) -> None:
    verdict = verdict_on(said(**facts), known(said()))
    assert isinstance(verdict, Doubt)
    assert verdict.why is Why.NOT_SURE
    assert verdict.candidates[0].comparison.reasons


def test_initials_are_not_enough_beside_a_twins_full_name() -> None:
    person = known(said(given_names=None, initials="J.P."), said(given_names="Jan", initials=None))
    assert isinstance(verdict_on(said(given_names=None, initials="J.P."), person), Doubt)


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": "2012-09-30", "given_names": "Sem"},
        {"birth_date": "1990-01-30", "given_names": "Truus", "gender": "female"},
        {"family_name": "Bos", "prefix": None, "given_names": "Piet", "postcode": "9999ZZ"},
    ],
)
def test_relatives_and_strangers_are_new(facts: dict[str, Any]) -> None:
    assert isinstance(verdict_on(said(**facts), known(said())), New)


@pytest.mark.parametrize(
    ("facts", "certain"),
    [
        ({}, True),
        ({"family_name": "Bos", "prefix": None}, True),
        ({"birth_date": None, "postcode": None}, True),
        ({"birth_date": "1985-04-13"}, True),
        ({"birth_date": "1971-11-30"}, False),
        ({"given_names": "Klaas"}, False),
        ({"gender": "female"}, False),
        ({"birth_date": None, "given_names": None, "initials": None}, False),
    ],
)
def test_the_same_number_is_certain_unless_something_speaks_against_it(
    facts: dict[str, Any], certain: bool
) -> None:
    person = known(said(pseudonyms=(PSEUDONYM,)))
    verdict = verdict_on(said(pseudonyms=(PSEUDONYM,), **facts), person)
    assert isinstance(verdict, Certain if certain else Doubt)
    if isinstance(verdict, Doubt):
        assert verdict.why is Why.CONTRADICTED


def test_another_number_is_never_certain() -> None:
    person = known(said(pseudonyms=(PSEUDONYM,)), said())
    assert isinstance(verdict_on(said(pseudonyms=(OTHER_PSEUDONYM,)), person), Doubt)


def test_numbers_under_two_keys_say_nothing_and_both_keys_together_do() -> None:
    older, newer = PSEUDONYM, "k2-" + "0c" * 32
    person = known(said(pseudonyms=(older,)))
    assert isinstance(verdict_on(said(pseudonyms=(newer,)), person), Certain)
    with_both = said(pseudonyms=(newer, older), family_name="Bos", prefix=None)
    assert isinstance(verdict_on(with_both, person), Certain)


def test_two_certain_candidates_are_a_doubt() -> None:
    verdict = verdict_on(said(), known(said()), known(said(), person_id=SOMEBODY_ELSE))
    assert isinstance(verdict, Doubt)
    assert verdict.why is Why.SEVERAL
    assert {one.person_id for one in verdict.candidates} == {SOMEBODY, SOMEBODY_ELSE}


def test_one_person_by_number_and_another_by_name_is_a_doubt() -> None:
    by_number = known(said(pseudonyms=(PSEUDONYM,), birth_date="1971-11-30", given_names="Klaas"))
    by_name = known(said(), person_id=SOMEBODY_ELSE)
    assert isinstance(verdict_on(said(pseudonyms=(PSEUDONYM,)), by_number, by_name), Doubt)


def test_an_agencys_own_reference_is_certain_unless_it_is_contradicted() -> None:
    thin = said(given_names=None, initials="J.", birth_date=None, postcode=None)
    assert isinstance(verdict_on(thin, known(said(), same_reference=True)), Certain)
    other = said(given_names="Klaas", birth_date="1971-11-30")
    doubt = verdict_on(other, known(said(), same_reference=True))
    assert isinstance(doubt, Doubt)
    assert doubt.why is Why.CONTRADICTED


def test_what_was_taken_away_from_somebody_is_not_given_back_by_itself() -> None:
    doubt = verdict_on(said(), known(said(), ruled_out=True))
    assert isinstance(doubt, Doubt)
    assert doubt.why is Why.RULED_OUT


@hypothesis.settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_whatever_the_order_nobody_is_linked_to_somebody_else(seed: int) -> None:
    everybody = population(25, seed)
    agency, rng, register = Agency(everybody, seed + 1), Random(seed), Register()
    arrivals = [human for human in everybody.people for _ in range(3)]
    rng.shuffle(arrivals)
    for human in arrivals:
        description = agency.describe(human)
        verdict = judge(description, register.candidates(description))
        if isinstance(verdict, New):
            register.register(human, description)
        elif isinstance(verdict, Certain):
            assert register.stands_for[verdict.candidate.person_id] == human.number
            register.describe(verdict.candidate.person_id, description)
