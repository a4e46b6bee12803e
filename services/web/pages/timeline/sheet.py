"""The sheet a timeline is drawn on: its time scale, its lanes, and what several of them share.

Scales, axis and shapes are those of ``detroit``, which is d3 in Python; it draws on a tree of lxml,
and so do the bands. Nothing here has a colour of its own: classes get theirs from
``static/timeline.css``, light and dark, and on paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date
from lxml import etree

from projections.story_model import Happening
from services.web.pages.timeline.choice import Span
from services.web.pages.timeline.telling import Telling
from services.web.pages.words import AMSTERDAM

WIDTH = 1120
LEFT = 176
RIGHT = 26
CHARACTER = 7.1
"""How wide a character of a label is at most on average, in pixels."""
TOP = 28
"""Where the axis is."""
GAP = 12
"""Between two bands."""
TITLE = 25
"""What the title of a band takes."""
MOST_TICKS = 11
SHOWS_DAYS = 45
"""Up to so many days, the axis names days and not months."""

Element = Any
"""An element of the drawing; lxml comes without types."""


def put(parent: Element, tag: str, text: str | None = None, **attributes: object) -> Element:
    """Add an element at the end of another; ``class_`` and ``text_anchor`` as XML has them."""
    named = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()}
    element = etree.SubElement(parent, tag, named)
    element.text = text
    return element


@dataclass
class Sheet:
    """A sheet that is filled from top to bottom, band by band.

    Args:
        span: the days from its left to its right.
        href: where the mark of something leads; None draws no links.
    """

    telling: Telling
    span: Span
    href: Callable[[Happening], str] | None = None
    bottom: float = TOP
    _axis_ends: float = TOP

    def __post_init__(self) -> None:
        # Of all that a process of the web service loads it is the slowest, and few draw a timeline.
        import detroit as d3  # noqa: PLC0415

        midnight = time()
        begin = datetime.combine(self.span.first, midnight)
        end = datetime.combine(self.span.last + timedelta(days=1), midnight)
        self._scale = d3.scale_time().set_domain([begin, end]).set_range([LEFT, WIDTH - RIGHT])
        root = d3.create("svg")
        self._axis = root.append("g")
        self.root: Element = root.node()
        self._shapes: dict[str, str] = {}
        self._defs = put(self.root, "defs")

    def x(self, moment: datetime | date) -> float:
        """Where a moment is; a day begins at its left."""
        if isinstance(moment, datetime):
            local = moment.astimezone(AMSTERDAM).replace(tzinfo=None)
        else:
            local = datetime.combine(moment, time())
        return round(float(self._scale(local)), 1)

    @property
    def reach(self) -> float:
        """How far to the right there can be anything: up to now, or the edge."""
        return max(min(self.x(self.telling.story.now), WIDTH - RIGHT), LEFT)

    def shows(self, moment: datetime) -> bool:
        """Whether a moment is on the sheet."""
        return LEFT <= self.x(moment) <= WIDTH - RIGHT

    def band(self, title: str) -> Element:
        """Begin a band under a title."""
        self.bottom += GAP
        group = put(self.root, "g")
        put(group, "text", title, class_="band", y=round(self.bottom + 14))
        self.bottom += TITLE
        return group

    def lane(self, group: Element, name: str, height: float, more: str = "") -> float:
        """Add a lane with its name at the left; where its middle is."""
        y = round(self.bottom + height / 2, 1)
        put(group, "path", class_="lane", d=f"M{LEFT},{y}H{WIDTH - RIGHT}")
        if name:
            at = {"x": LEFT - 10, "text_anchor": "end"}
            shown = shortened(name, LEFT - 14)
            put(group, "text", shown, class_="name", y=y + (-2 if more else 4), **at)
            if more:
                put(group, "text", more, class_="more", y=y + 12, **at)
        self.bottom += height
        return y

    def link(
        self, group: Element, one: Happening, said: str, class_: str, *, tab: bool = True
    ) -> Element:
        """What a mark stands in: it leads to the row, and says what it is."""
        if self.href is None:
            return put(group, "g", class_=class_)
        beside = {} if tab else {"tabindex": "-1"}
        link = put(group, "a", class_=class_, href=self.href(one), **beside)
        put(link, "title", said)
        return link

    def shape(self, path: str) -> str:
        """A shape that is drawn many times: what leads to it."""
        name = self._shapes.get(path)
        if name is None:
            name = self._shapes[path] = f"shape-{len(self._shapes)}"
            put(self._defs, "path", id=name, d=path)
        return f"#{name}"

    def late(self, group: Element, one: Happening, y: float) -> None:
        """A dashed line from when it happened to when it became known."""
        if not one.late_days or not self.shows(one.happened_at):
            return
        begin, end = self.x(one.happened_at), self.x(one.known_at)
        inside = end <= WIDTH - RIGHT
        end = min(end, WIDTH - RIGHT)
        tip = "v-4v8" if inside else "l-5,-4m5,4l-5,4"
        put(group, "path", class_="late", d=f"M{begin},{y}H{end}{tip}")

    def end_axis(self) -> None:
        """What comes below has nothing to do with time."""
        self._axis_ends = self.bottom + GAP / 2

    def finish(self) -> str:
        """Draw the time along the top, and the sheet as SVG."""
        import detroit as d3  # noqa: PLC0415

        height = round(self.bottom + 8)
        foot = round(self._axis_ends)
        ruler = d3.axis_top(self._scale).set_ticks(MOST_TICKS).set_tick_format(self._tick)
        ruler.set_tick_size_outer(0).set_tick_size_inner(TOP - foot)
        years = dict.fromkeys(str(day.year) for day in (self.span.first, self.span.last))
        put(
            self.root,
            "text",
            "–".join(years),
            class_="more",
            x=LEFT - 10,
            y=TOP - 3,
            text_anchor="end",
        )
        self._axis.attr("transform", f"translate(0,{TOP})").call(ruler)
        axis = self._axis.node()
        axis.set("class", "axis")
        for own in ("font-family", "font-size"):
            del axis.attrib[own]
        self._today(foot)
        self.root.set("viewBox", f"0 0 {WIDTH} {height}")
        return str(etree.tostring(self.root, encoding="unicode"))

    def _today(self, foot: float) -> None:
        now = self.telling.story.now
        if self.shows(now):
            put(self.root, "path", class_="now", d=f"M{self.x(now)},{TOP}V{foot}")

    def _tick(self, moment: datetime, *_: Any) -> str:
        locale = self.telling.words.locale
        if moment.day != 1 or self.span.days <= SHOWS_DAYS:
            return format_date(moment, "d MMM", locale=locale).rstrip(".")
        if moment.month == 1:
            return str(moment.year)
        return format_date(moment, "LLL", locale=locale).rstrip(".")


def shortened(text: str, width: float) -> str:
    """What of a text fits into so many pixels."""
    most = int(width / CHARACTER)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def width_of(text: str) -> float:
    """How wide a label is at most, in pixels."""
    return len(text) * CHARACTER
