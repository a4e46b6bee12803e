"""Names in a form in which two spellings of one name are the same.

Transliterated to plain letters (anyascii), without case, points and apostrophes, ``ij`` as ``y``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anyascii import anyascii

_PREFIXES_WORDS = """
van de der den het t ten ter te in op aan bij by onder over uit uyt voor v vd vdr vder vande
vander vanden d von vom zu zur zum la le les du des del della da dos das di do l el al ait abu
abou ben bin ibn
"""
PREFIXES = frozenset(_PREFIXES_WORDS.split())
"""What stands before a family name. Agencies leave it out, shorten it or write it as one word."""

_LEFT_OUT = re.compile(r"['`´.]")
_NO_LETTER = re.compile(r"[^a-z]+")
_HYPHEN = re.compile(
    r"\s*[-\u2010-\u2015/]\s*(?![dD]\b)|\s+(?:e\.?\s?[/.]?\s?v\.?|geb\.?|geboren)\s+", re.IGNORECASE
)
_INITIALS = re.compile(r"[^\W\d_]{1,2}\.?|(?:[^\W\d_]{1,2}\.\s?)+[^\W\d_]{0,2}|[A-Z]{2,4}")


@dataclass(frozen=True, slots=True)
class Surname:
    """One half of a double name, or a whole single one: without its prefix, and with it."""

    core: str
    whole: str


def normalise(text: str) -> str:
    """Words of the letters a to z, one blank between them; normalising again changes nothing."""
    plain = _LEFT_OUT.sub("", anyascii(text).lower())
    return " ".join(_NO_LETTER.sub(" ", plain).replace("ij", "y").split())


def surnames(prefix: str | None, name: str | None) -> tuple[Surname, ...]:
    """The halves of a family name in the order given; ``Jansen-de Vries`` and ``Jansen e/v de
    Vries`` have two."""
    found = []
    for place, half in enumerate(_HYPHEN.split(name or "")):
        words = normalise(half).split()
        if not words:
            continue
        before = normalise(prefix or "").split() if place == 0 else []
        core = words
        while len(core) > 1 and core[0] in PREFIXES:
            core = core[1:]
        found.append(Surname("".join(core), "".join(before + words)))
    # Of El-Amrani the first half is a prefix that many people have in common.
    return tuple(one for one in found if one.core not in PREFIXES) or tuple(found)


def given_names(text: str | None) -> tuple[str, ...]:
    """The given names written in full. A hyphen joins: ``Jan-Willem`` is one name."""
    words = (normalise(word).replace(" ", "") for word in (text or "").split() if not _short(word))
    return tuple(word for word in words if len(word) > 1)


def initials(text: str | None, given: str | None) -> str:
    """The initials: as written, or else those of the given names."""
    letters = _letters(text) if text else "".join(map(_letters, (given or "").split()))
    return "".join(normalise(letter)[:1] for letter in letters)


def _short(word: str) -> bool:
    return _INITIALS.fullmatch(word) is not None and ("." in word or word.isupper())


def _letters(text: str) -> str:
    parts = [part for part in re.split(r"[\s.\-]+", text) if part]
    if len(parts) == 1 and parts[0].isupper():
        return parts[0]
    return "".join(part[0] for part in parts)
