"""The figures of `make bench-matching`, on a population that is small enough for every day."""

from __future__ import annotations

from collections import Counter

from benchmarks.matching import measure
from benchmarks.population import population


def test_links_made_by_themselves_are_right_and_most_people_are_recognised() -> None:
    figures = measure(2_000, seed=7)
    assert figures.wrong == []
    assert figures.precision >= 0.999
    assert figures.recall >= 0.68
    assert figures.found >= 0.96
    assert figures.candidates < 10 * figures.descriptions
    assert figures.in_doubt > 0
    assert figures.new_rightly > 0


def test_the_population_is_as_awkward_as_a_real_one_and_the_same_for_a_seed() -> None:
    people = population(3_000, 3).people
    assert people == population(3_000, 3).people
    assert people != population(3_000, 4).people
    together = Counter((one.born, one.family, one.postcode) for one in people)
    assert sum(1 for count in together.values() if count > 1) >= 10  # twins
    namesakes = Counter((one.given[0], one.family) for one in people)
    assert max(namesakes.values()) >= 3
    assert len({one.bsn for one in people}) == len(people)
