"""A document as a PDF that anybody can read: tagged, with its language and title (PDF/UA-1)."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any, NamedTuple

import orjson

PDF = "application/pdf"
TYPESETTING = "services.exports.dossier.typesetting"
NOT_SET = 3
"""Its exit code when it says why it could not set the page."""
AT_ONCE = BoundedSemaphore(2)
"""Documents that are set at the same time in one process of ours; others wait."""
LONGEST_SECONDS = 60
"""For one document. A family of 500 events takes about two."""
LONGEST_WORD = 60
"""Characters after which a word may be broken anywhere, so that it stays on the page."""
ROUNDS = 3
"""How often characters may turn out to have no glyph; then only Latin ones are kept."""
LAST_LATIN = "\u024f"

_UNSHOWABLE = re.compile(
    # Control characters, and those that turn the order of what is read around.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_LONG = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")
_WITHOUT_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


class Template(NamedTuple):
    """A Typst file in a package of ours. It finds its data as ``sys.inputs.document``."""

    package: str
    file: str


DOSSIER = Template("services.exports.dossier", "dossier.typ")


class PageNotMade(Exception):
    """The page could not be made, which is a fault of ours. It holds nothing of the family."""


def pdf(document: Any, made_at: datetime, template: Template = DOSSIER, picture: str = "") -> bytes:
    """The document as a PDF. Characters that no font has are shown as ``[U+1F600]``.

    Args:
        document: a dataclass of texts, such as a dossier.
        picture: an SVG that the template finds as ``sys.inputs.picture``.

    Raises:
        PageNotMade: when the page cannot be made.
        TimeoutError: when it takes too long.
    """
    moment = made_at.replace(microsecond=0)
    beside = {"template": list(template), "picture": picture, "made_at": moment}
    data = _each_text(orjson.loads(orjson.dumps(document)), _cleaned)
    for _ in range(ROUNDS):
        made = _set(data, beside)
        if isinstance(made, bytes):
            return made
        data = _each_text(data, _replacing(_without_glyph(made)))
    made = _set(_each_text(data, _latin_only), beside)
    if isinstance(made, str):
        raise PageNotMade(f"the page cannot be set; see {template.file}")
    return made


def _set(data: Any, beside: dict[str, Any]) -> bytes | str:
    """The PDF, or what Typst says is wrong."""
    asked = orjson.dumps({"data": data, **beside})
    command = [sys.executable, "-m", TYPESETTING]
    try:
        with AT_ONCE:
            done = subprocess.run(  # noqa: S603 - our own module
                command, input=asked, capture_output=True, timeout=LONGEST_SECONDS, check=False
            )
    except subprocess.TimeoutExpired:
        # Its own message has the command's output in it.
        raise TimeoutError(
            "the document takes too long to make; ask for one view at a time"
        ) from None
    if done.returncode == NOT_SET:
        return done.stdout.decode()
    if done.returncode != 0:
        raise PageNotMade(f"the process that sets the page ended with {done.returncode}")
    return done.stdout


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _each_text(one, change) for name, one in value.items()}
    return value


def _cleaned(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return _LONG.sub("\\1\u200b", _UNSHOWABLE.sub(lambda found: _named(found[0]), lines))


def _replacing(missing: set[str]) -> Callable[[str], str]:
    names = str.maketrans({one: _named(one) for one in missing})
    return lambda text: text.translate(names)


def _latin_only(text: str) -> str:
    return "".join(one if one <= LAST_LATIN else _named(one) for one in text)


def _named(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _without_glyph(diagnostic: str) -> set[str]:
    """The characters of which Typst says that no font has them."""
    found = (_ESCAPED.sub(_unescaped, one) for one in _WITHOUT_GLYPH.findall(diagnostic))
    return {character for text in found for character in text}


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]
