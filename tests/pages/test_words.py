"""The languages: everything is translated, nothing is left over, dates are as they are written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from services.web.pages.labels import LABELS
from services.web.pages.words import language_for, locale_folder, words_in

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"%\(\w+\)s")


def texts(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def catalog(language: str) -> Catalog:
    with (locale_folder() / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def marked() -> set[str]:
    """What stands in the code and the templates."""
    with (ROOT / "locale" / "babel.cfg").open(encoding="utf-8") as file:
        # Babel leaves this one without types.
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = dict.fromkeys(("_", "gettext", "mark")) | {"ngettext": (1, 2)}
    found = extract_from_dir(ROOT / "services", methods, options, keywords)
    return {one[2] if isinstance(one[2], str) else one[2][0] for one in found}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_catalog_holds_what_is_marked_and_nothing_else(language: str, marked: set[str]) -> None:
    held = catalog(language)
    assert {texts(one)[0] for one in held if one.id} == marked, "run `make messages`"
    assert not held.obsolete
    assert [one.id for one in held if one.id and one.fuzzy] == []


def test_every_text_has_its_dutch_with_the_same_places_for_values() -> None:
    for one in catalog("nl"):
        if one.id:
            said = translations(one)
            assert all(said), f"without a translation: {one.id}"
            # The form for one may leave the number out.
            kept = set(PLACE.findall(texts(one)[-1]))
            assert set(PLACE.findall(said[-1])) == kept, one.id


def test_each_of_our_words_has_a_label() -> None:
    for kind, labels in LABELS.items():
        assert set(labels) == {one.value for one in kind}, kind


def test_dates_are_dutch_and_in_dutch_time() -> None:
    dutch, english = words_in("nl"), words_in("en")
    before_midnight_utc = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert dutch.moment(before_midnight_utc) == "1 jul 2026, 00:30"
    assert dutch.day(before_midnight_utc) == "1 juli 2026"
    assert english.day(date(2026, 7, 1)) == "July 1, 2026"
    assert dutch.days(1) == "1 dag"
    assert dutch.listed(["moeder", "oma", "school"]) == "moeder, oma en school"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        (None, None, "nl"),
        (None, "fr", "nl"),
        (None, "en-GB,en;q=0.9,nl;q=0.1", "en"),
        (None, "nl;q=0.2, en;q=0.8", "en"),
        (None, "en;q=nonsense", "nl"),
        ("nl", "en", "nl"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_is_what_was_chosen_or_what_the_browser_asks_for(
    cookie: str | None, accepted: str | None, language: str
) -> None:
    assert language_for(cookie, accepted) == language
