"""What a dossier is made of. It holds plain texts only; the page makes nothing else of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a badge looks, beside what it says."""

    PLAIN = "plain"
    GOOD = "good"
    ALARM = "alarm"


@dataclass(frozen=True)
class Badge:
    """A word on how something stands."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Source:
    """From where a line is: who said it, when it happened, when it became known, which event."""

    who: str
    happened: str
    known: str
    event: str


@dataclass(frozen=True)
class Line:
    """One thing that is told, with what followed on it. ``facts`` are labels and values."""

    title: str
    source: Source
    texts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    badge: Badge | None = None
    follow: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Group:
    """Lines that belong together."""

    title: str
    lines: tuple[Line, ...]
    note: str | None = None


@dataclass(frozen=True)
class Section:
    """A part of the dossier. ``note`` says what is kept from the reader, or that there is nothing.

    ``compact`` sets its lines closer together.
    """

    title: str
    groups: tuple[Group, ...]
    note: str | None = None
    compact: bool = False


@dataclass(frozen=True)
class Front:
    """The first page."""

    heading: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    readers: str
    summary: tuple[tuple[str, str], ...]
    kept_back: tuple[tuple[str, tuple[str, ...]], ...]
    colophon: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """The words of the page itself."""

    confidential: str
    contents: str
    page: str
    of: str
    document: str
    readers: str
    summary: str
    kept_back: str
    colophon: str
    happened: str
    known: str
    event: str


@dataclass(frozen=True)
class Dossier:
    """A whole dossier, in one language (ISO 639-1)."""

    language: str
    title: str
    document_id: str
    labels: Labels
    front: Front
    sections: tuple[Section, ...]
