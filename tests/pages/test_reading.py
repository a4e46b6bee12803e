"""The family's pages can be read at B1: how easy their Dutch is, sentence by sentence.

Measured with Flesch-Douma (W.H. Douma, De leesbaarheid van landbouwbladen, 1960):
206.84 - 0.93 * words a sentence - 77 * syllables a word. 60 is plain language, 80 is easy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import textstat  # type: ignore[import-untyped]
from babel.messages.extract import extract_from_file

from services.web.pages.words import words_in

PAGES = Path(__file__).parents[2] / "services" / "web" / "pages"
TEMPLATES = (*sorted((PAGES / "templates" / "our_plan").glob("*.html")),)
MODULES = tuple(PAGES / name for name in ("our_plan.py", "our_voice.py", "plain.py"))
JINJA = {"trimmed": "true", "newstyle_gettext": "true"}
KEYWORDS = {"_": None, "gettext": None, "mark": None, "ngettext": (1, 2)}
PLAIN, EASY = 60, 85
MOST_WORDS = 15
A_SENTENCE = 5
"""Words from which on it is worth measuring by itself: of a word or two it says nothing."""
JARGON = re.compile(
    r"\b(VT|OM|GI|RvdK|RvK|JZ|SHN|MDO|Wmo|AVG|(?i:casus\w*|regie\w*|regisseur|triage\w*|"
    r"interventie\w*|traject\w*|dossier\w*|instantie\w*|indicatie\w*|problematiek|participatie|"
    r"escalatie\w*|cliënt\w*|evaluatie\w*|leefgebied\w*|signaal|signalering|melding\w*|meldcode|"
    r"multidisciplinair|conform|betreffende|middels|teneinde|uiterlijk|derhalve|toestemming|"
    r"bezwaar|terugkoppeling|monitoren|inzage|afgeschermd))\b"
)
"""Abbreviations, and words of the agencies' own."""


def fixed_texts() -> set[str]:
    """Whatever stands on the family's pages in Dutch that no family or agency wrote."""
    words = words_in("nl")
    found: set[str] = set()
    for path in (*TEMPLATES, *MODULES):
        method, options = ("jinja2", JINJA) if path.suffix == ".html" else ("python", {})
        for _line, message, _comments, _context in extract_from_file(
            method, path, keywords=KEYWORDS, options=options
        ):
            said = (
                words.gettext(message)
                if isinstance(message, str)
                else words.ngettext(message[0], message[1], 2)
            )
            found.add(re.sub(r"%\(\w+\)s", "Anna", said))
    return found


def sentences() -> Iterator[str]:
    for text in sorted(fixed_texts()):
        for one in re.split(r"(?<=[.?!:])\s+", text):
            yield one if one[-1] in ".?!" else f"{one}."


def ease(text: str) -> float:
    textstat.set_lang("nl")
    return float(textstat.flesch_reading_ease(text))


def test_the_measure_is_that_of_flesch_and_douma() -> None:
    # 10 words in 2 sentences, each of one syllable; and 4 words of 11 syllables.
    assert ease("Dit is uw plan. U ziet hier wie u helpt.") == pytest.approx(125.2, abs=0.1)
    assert ease("Organisaties overleggen binnen jeugdzorg.") < 0


def test_the_pages_are_easy_and_no_sentence_of_theirs_is_hard() -> None:
    found = list(sentences())
    assert len(found) > 100
    assert ease(" ".join(found)) >= EASY
    long = [one for one in found if len(one.split()) > MOST_WORDS]
    hard = [one for one in found if len(one.split()) >= A_SENTENCE and ease(one) < PLAIN]
    assert (long, hard) == ([], [])


def test_no_word_of_the_agencies_own_language_stands_there() -> None:
    assert {one for one in fixed_texts() if JARGON.search(one)} == set()
