"""The citizen service number (burgerservicenummer): recognised, and never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from stdnum.nl import bsn

Pseudonym = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}-[0-9a-f]{64}$")]
"""A BSN under a key: the key's id, ``-``, and HMAC-SHA256 in hexadecimal. See docs/matching.md."""

_NAMES = ("bsn", "burgerservice", "sofinummer", "citizenservice")
_NO_LETTER = re.compile(r"[^a-z]")
_NO_LETTER_BYTES = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz"))
_NAMES_BYTES = tuple(name.encode() for name in _NAMES)
_ODD = ("\\", "\u017f", "\u0131")
"""An escape in JSON, and what a pattern without case takes for an ``s`` and an ``i``."""
_IN_TEXT = re.compile(r"(?i)\b(?:bsn|burgerservicenummer|sofinummer)\b\D{0,12}?((?:\d[ .-]?){8,9})")


def is_bsn(text: str) -> bool:
    """Whether this is 8 or 9 digits (blanks, dots and hyphens aside) that pass the eleven-test.

    Source: Besluit burgerservicenummer, and the check as ``stdnum.nl.bsn`` has it.
    """
    digits = bsn.compact(text)
    return len(bare(text)) in {8, 9} and bsn.is_valid(digits)


def bare(text: str) -> str:
    """The text without blanks, dots and hyphens; what is left of a BSN are its digits."""
    return re.sub(r"[ .-]", "", text)


def names_bsn(key: str) -> bool:
    """Whether a field of this name is there to hold a BSN."""
    plain = _NO_LETTER.sub("", key.lower())
    return any(name in plain for name in _NAMES)


def may_speak_of_bsn(json: bytes) -> bool:
    """Whether it is worth looking for a BSN in this JSON (UTF-8); a quick question.

    When it is not, then :func:`names_bsn` is false for every key in it, and :func:`bsns_in` finds
    nothing in any of its texts: the letters of a name stand nowhere in a row.
    """
    text = json.decode().lower()
    if any(one in text for one in _ODD):
        return True
    letters = text.encode().translate(None, _NO_LETTER_BYTES)
    return any(name in letters for name in _NAMES_BYTES)


def bsns_in(text: str) -> Iterator[str]:
    """The BSNs that a text calls so (``BSN 111222333``), as they are written there.

    A number that is not called a BSN is left alone: one in eleven case numbers of nine digits
    passes the eleven-test by chance.
    """
    for found in _IN_TEXT.finditer(text):
        if is_bsn(found.group(1)):
            yield found.group(1).strip(" .-")
