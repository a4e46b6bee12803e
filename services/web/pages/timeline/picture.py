"""The picture of a family's timeline, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from projections.story_model import Happening
from services.web.pages.timeline.choice import Span
from services.web.pages.timeline.deeds import draw_deeds
from services.web.pages.timeline.legend import draw_legend
from services.web.pages.timeline.sheet import Sheet, put
from services.web.pages.timeline.telling import Telling
from services.web.pages.timeline.tried import draw_tried
from services.web.pages.timeline.voices import draw_voices

TITLE_ID, ABOUT_ID = "picture-title", "picture-about"
ROOT = {
    "class": "timeline",
    "role": "group",
    "aria-labelledby": TITLE_ID,
    "aria-describedby": ABOUT_ID,
}


def picture(
    telling: Telling,
    told: Sequence[Happening],
    span: Span,
    href: Callable[[Happening], str] | None = None,
    *,
    by_topic: bool = False,
) -> Markup:
    """Draw what was chosen. What people wrote becomes text in it and nothing else.

    Args:
        href: where the mark of something leads; without it there are no links.
        by_topic: lanes for topics, and not for who told it.
    """
    sheet = Sheet(telling, span, href)
    words = telling.words
    for name, value in ROOT.items():
        sheet.root.set(name, value)
    days = {"first": words.day(span.first), "last": words.day(span.last)}
    title = words.gettext("Timeline from %(first)s to %(last)s", **days)
    # A browser reads the title only where it comes first.
    sheet.root.insert(0, put(sheet.root, "title", title, id=TITLE_ID))
    sheet.root.insert(1, put(sheet.root, "desc", telling.about(told), id=ABOUT_ID))
    draw_deeds(sheet, told)
    draw_tried(sheet, told)
    draw_voices(sheet, told, by_topic=by_topic)
    draw_legend(sheet, told)
    # Made by lxml, which escapes every text and attribute.
    return Markup(sheet.finish())  # noqa: S704
