"""The timeline on paper: the picture on one landscape page, and the table after it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from lxml import etree

from projections.story_model import Happening
from services.exports.dossier.page import Template, pdf
from services.web.pages.static import STATIC_FOLDER
from services.web.pages.timeline.chosen import Timeline
from services.web.pages.timeline.picture import picture

TEMPLATE = Template("services.web.pages.timeline", "timeline.typ")
FONT = "Source Sans Pro"
LONGEST = 500
"""Characters of a text in the table; the dossier has the whole."""
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USED = re.compile(r"var\((--[\w-]+)\)")


@dataclass(frozen=True)
class Row:
    """One event in the table."""

    day: str
    time: str
    title: str
    qualities: tuple[str, ...]
    text: str
    between: str
    who: str
    known: str
    late: str
    deed: bool


@dataclass(frozen=True)
class Paper:
    """What the template holds."""

    language: str
    title: str
    document_id: str
    made: str
    chosen: tuple[str, ...]
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    words: dict[str, str]


def on_paper(timeline: Timeline, document_id: str, now: datetime) -> bytes:
    """The timeline as a PDF.

    Args:
        document_id: the correlation id of its access record.

    Raises:
        PageNotMade, TimeoutError: as :func:`services.exports.dossier.page.pdf` does.
    """
    telling, words = timeline.telling, timeline.telling.words
    gettext, story = words.gettext, timeline.story
    drawing = picture(
        telling, timeline.told, timeline.span, by_topic=timeline.choice.lanes == "topic"
    )
    columns = ("Happened", "What", "Who", "Said by", "Known since")
    days = {"first": words.day(timeline.span.first), "last": words.day(timeline.span.last)}
    paper = Paper(
        language=words.language,
        title=gettext("Timeline of family %(family)s", family=story.family_id),
        document_id=document_id,
        made=words.moment(now),
        chosen=(
            gettext("Timeline from %(first)s to %(last)s", **days),
            *timeline.said(),
        ),
        about=telling.about(timeline.told),
        columns=tuple(map(gettext, columns)),
        rows=tuple(_row(timeline, one) for one in timeline.told),
        words={"confidential": gettext("Confidential"), "document": gettext("Document")},
    )
    return pdf(paper, now, TEMPLATE, _styled(drawing))


def _row(timeline: Timeline, one: Happening) -> Row:
    telling, words = timeline.telling, timeline.telling.words
    return Row(
        day=words.day(one.happened_at, "medium"),
        time=words.time(one.happened_at),
        title=telling.title(one),
        qualities=tuple(telling.qualities(one)),
        text=one.text if len(one.text) <= LONGEST else f"{one.text[:LONGEST].rsplit(' ', 1)[0]} …",
        between=telling.between(one),
        who=telling.who(one),
        known=words.day(one.known_at, "medium"),
        late=telling.late(one),
        deed=one.deed is not None,
    )


def _styled(drawing: str) -> str:
    """The drawing with its colours in it: outside a browser there is no style sheet beside it."""
    root = etree.fromstring(drawing)
    style = etree.Element("style")
    style.text = _style()
    root.insert(0, style)
    return str(etree.tostring(root, encoding="unicode"))


@cache
def _style() -> str:
    """The picture's part of its style sheet, in the light colours of the pages."""
    sheet = (STATIC_FOLDER / "timeline.css").read_text(encoding="utf-8")
    tokens: dict[str, str] = {}
    for source in ((STATIC_FOLDER / "app.css").read_text(encoding="utf-8"), sheet):
        for name, value in _TOKEN.findall(source):
            # The light ones stand first.
            tokens.setdefault(name, value)
    tokens["--text"] = FONT
    _, _, drawn = sheet.partition("/* The picture */")
    return _USED.sub(lambda found: tokens[found[1]], drawn.partition(":root")[0])
