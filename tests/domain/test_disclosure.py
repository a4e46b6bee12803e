"""Disclosure control: somebody with all that is told cannot single out fewer than ten families."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.disclosure import SMALLEST_GROUP, told_parts, told_total

SMALL = range(1, SMALLEST_GROUP)
Told = tuple[int | None, tuple[int, ...] | None]


def told(parts: tuple[int, ...]) -> Told:
    """All that is told of a group that divides into these parts."""
    named = dict(enumerate(parts))
    found = told_parts(named)
    return told_total(named), None if found is None else tuple(found.values())


def some_parts(length: int) -> Iterator[tuple[int, ...]]:
    """Each choice of parts, one or more."""
    return chain.from_iterable(combinations(range(length), size + 1) for size in range(length))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((10, 10), (20, (10, 10))),
        ((10, 0), (10, (10, 0))),
        # The second part is the total less the first.
        ((40, 9), (49, None)),
        ((1, 40), (41, None)),
        # One part that must be hidden hides all: 62 - 40 - 15 would be 7.
        ((40, 15, 7), (62, None)),
        ((5, 4), (None, None)),
        ((9, 0), (None, None)),
        ((0, 0), (None, None)),
        ((), (None, None)),
    ],
)
def test_what_is_told(parts: tuple[int, ...], expected: Told) -> None:
    assert told(parts) == expected


@pytest.mark.parametrize(("length", "most"), [(2, 60), (3, 34), (4, 20)])
def test_who_knows_the_rule_and_what_is_told_never_knows_a_count_of_one_to_nine(
    length: int, most: int
) -> None:
    """By trying all: what could be the case, given what is told, is never one small number."""
    worlds: defaultdict[Told, list[tuple[int, ...]]] = defaultdict(list)
    for parts in product(range(most + 1), repeat=length):
        if sum(parts) <= most:
            worlds[told(parts)].append(parts)
    assert len(worlds) > most - SMALLEST_GROUP
    for possible in worlds.values():
        for choice in some_parts(length):
            counts = {sum(parts[one] for one in choice) for parts in possible}
            assert len(counts) > 1 or not counts & set(SMALL)


Family = tuple[int, int, int]
population = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 2)), max_size=80
)
# Many families are alike, or else hardly anything would be told.
lumps = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 2)), st.integers(1, 30)
    ),
    max_size=6,
).map(lambda found: [family for family, times in found for _ in range(times)])


def divided(families: list[Family], place: int) -> dict[int, int]:
    counts = Counter(family[place] for family in families)
    return {part: counts[part] for part in range(2 if place == 0 else 3)}


@settings(max_examples=300)
@given(families=population | lumps)
def test_nothing_follows_by_adding_and_subtracting_what_is_told(families: list[Family]) -> None:
    """Three divisions of the same families, with all sums and differences within each."""
    for place in range(3):
        parts = divided(families, place)
        total, shown = told_total(parts), told_parts(parts)
        numbers = [] if total is None else [total]
        numbers += [] if shown is None else list(shown.values())
        for signs in product((-1, 0, 1), repeat=len(numbers)):
            result = sum(sign * number for sign, number in zip(signs, numbers, strict=True))
            assert result not in SMALL or result not in sums(parts.values())


@settings(max_examples=300)
@given(families=population | lumps)
def test_two_divisions_together_do_not_give_a_small_group_away(families: list[Family]) -> None:
    """What follows from two divisions are bounds on the families in a part of each (Fréchet)."""
    for one, other in combinations(range(3), 2):
        first, second = told_parts(divided(families, one)), told_parts(divided(families, other))
        if first is None or second is None:
            continue
        for left, right in product(sums(first.values()), sums(second.values())):
            least, most = max(0, left + right - len(families)), min(left, right)
            assert least != most or least not in SMALL


def sums(counts: Iterable[int]) -> set[int]:
    """What any choice of these counts adds up to."""
    found = {0}
    for count in counts:
        found |= {count + one for one in found}
    return found


@given(parts=st.lists(st.integers(0, 60), min_size=1, max_size=5))
def test_what_is_told_is_true(parts: list[int]) -> None:
    total, shown = told(tuple(parts))
    assert total in {None, sum(parts)}
    assert shown in {None, tuple(parts)}
    assert shown is None or total is not None
