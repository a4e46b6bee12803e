"""Names, however they are spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.persons.names import given_names, initials, normalise, surnames
from domain.persons.nicknames import is_call_name


@given(st.text(max_size=60))
def test_to_normalise_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz ")


@pytest.mark.parametrize(
    ("prefix", "name", "cores"),
    [
        ("van der", "Berg", {"berg"}),
        (None, "van der Berg", {"berg"}),
        (None, "v.d. Berg", {"berg"}),
        (None, "v/d Berg", {"berg"}),
        (None, "'t Hart", {"hart"}),
        (None, "Van Dijk", {"dyk"}),
        (None, "VAN DYK", {"dyk"}),
        (None, "Çelik", {"celik"}),
        (None, "Müller", {"muller"}),
        (None, "Jansen-de Vries", {"jansen", "vries"}),
        (None, "de Vries - Jansen", {"jansen", "vries"}),
        (None, "Jansen e/v de Vries", {"jansen", "vries"}),
        (None, "Smit geb. Jansen", {"smit", "jansen"}),
        (None, "El-Amrani", {"amrani"}),
        (None, "Ten", {"ten"}),
    ],
)
def test_a_family_name_without_its_prefix(prefix: str | None, name: str, cores: set[str]) -> None:
    assert {half.core for half in surnames(prefix, name)} == cores


def test_a_prefix_written_as_part_of_the_name_is_still_found() -> None:
    (one,), (other,) = surnames("van den", "Berg"), surnames(None, "Vandenberg")
    assert one.whole == other.whole == "vandenberg"


@pytest.mark.parametrize(
    ("text", "names", "letters"),
    [
        ("Johanna Maria", ("johanna", "maria"), "jm"),
        ("J.M.", (), "jm"),
        ("JM", (), "jm"),
        ("Jan-Willem", ("janwillem",), "jw"),
        ("Bo", ("bo",), "b"),
        ("Ömer", ("omer",), "o"),
        (None, (), ""),
    ],
)
def test_given_names_and_initials(text: str | None, names: tuple[str, ...], letters: str) -> None:
    assert given_names(text) == names
    assert initials(None, text) == letters
    assert initials("A.B.", text) == "ab"


def test_a_call_name_belongs_to_its_formal_name_and_not_to_another_call_name() -> None:
    assert is_call_name("jan", "johannes")
    assert is_call_name("johannes", "jan")
    assert not is_call_name("jan", "hans")
    assert not is_call_name("jan", "piet")
