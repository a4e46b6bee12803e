"""The second band: what was tried, help and penalties, each as a bar over its days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.values import MeasureEnd, MeasureKind
from projections.story_model import Happening, Tried
from services.web.pages.timeline.sheet import (
    LEFT,
    RIGHT,
    WIDTH,
    Element,
    Sheet,
    put,
    shortened,
    width_of,
)

LANE = 26
BAR = 17
DAY = timedelta(days=1)
LEAST = 5.0
"""No bar is narrower, in pixels."""
PAD = 7
APART = 12
"""Between two measures in one lane."""
EDGE = float(WIDTH - RIGHT)


@dataclass(frozen=True)
class Bar:
    """A measure on the sheet: from where to where its bar goes, and where its name begins."""

    one: Happening
    measure: Tried
    begin: float
    end: float
    name: str
    name_at: float

    @property
    def taken(self) -> tuple[float, float]:
        """From where to where nothing else has room."""
        return min(self.begin, self.name_at), max(self.end, self.name_at + width_of(self.name))


def draw_tried(sheet: Sheet, told: Sequence[Happening]) -> None:
    """Draw the measures that run on the sheet's days, when there are any."""
    bars = sorted(_bars(sheet, told), key=lambda bar: bar.taken)
    if not bars:
        return
    group = sheet.band(sheet.telling.words.gettext("Help and penalties"))
    lanes: list[list[Bar]] = []
    for bar in bars:
        begin, _ = bar.taken
        free = (lane for lane in lanes if lane[-1].taken[1] + APART <= begin)
        lane = next(free, None)
        if lane is None:
            lanes.append([bar])
        else:
            lane.append(bar)
    for lane in lanes:
        y = sheet.lane(group, "", LANE)
        for bar in lane:
            _draw(sheet, group, bar, y)


def _bars(sheet: Sheet, told: Sequence[Happening]) -> Iterator[Bar]:
    for one in told:
        measure = one.measure
        if measure is None:
            continue
        begin = sheet.x(measure.begins_on)
        last = measure.last_day
        end = sheet.reach if last is None else sheet.x(last + DAY)
        if begin > EDGE or end < LEFT:
            continue
        begin, end = max(begin, float(LEFT)), min(end, EDGE)
        end = max(end, begin + LEAST)
        name = shortened(measure.name, WIDTH - LEFT)
        yield Bar(one, measure, begin, end, name, _name_at(begin, end, width_of(name)))


def _name_at(begin: float, end: float, wide: float) -> float:
    """In the bar, beside it where it is narrow, or before it where it would leave the sheet."""
    at = begin + PAD if end - begin > 2 * PAD else end + PAD
    before = begin - PAD - wide
    return round(before if at + wide > EDGE and before >= LEFT else at, 1)


def _draw(sheet: Sheet, group: Element, bar: Bar, y: float) -> None:
    measure = bar.measure
    link = sheet.link(group, bar.one, sheet.telling.sentence(bar.one), "tried")
    gone = measure.how is not None and measure.how is not MeasureEnd.COMPLETED
    put(
        link,
        "rect",
        class_=f"bar {measure.kind}{' gone' if gone else ''}",
        x=bar.begin,
        y=y - BAR / 2,
        width=round(bar.end - bar.begin, 1),
        height=BAR,
        rx=BAR / 2 if measure.kind is MeasureKind.HELP else 0,
    )
    if measure.last_day is None:
        put(link, "path", class_=f"tip {measure.kind}", d=f"M{bar.end},{y - 8}l8,8l-8,8z")
    before = {"x": bar.begin - PAD, "text_anchor": "end"}
    place = before if bar.name_at < bar.begin else {"x": bar.name_at}
    put(link, "text", bar.name, class_="bar-name", y=y + 4.5, **place)
