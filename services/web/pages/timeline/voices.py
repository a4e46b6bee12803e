"""The third band: everything that was said, a lane for each agency or topic.

What stands closer together than a mark is wide is one mark, the higher the more it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from math import sqrt

from domain.calendar import dutch_day
from projections.story_model import Happening
from services.web.pages.timeline.sheet import LEFT, RIGHT, WIDTH, Element, Sheet, put
from services.web.pages.words import Words

LANE = 26
STEP = 9
"""How wide the place of a mark is, in pixels."""
HIGHEST = 21
LOWEST = 6
NAMED = 3
"""Events that are named in a mark's words; the others are counted."""


def draw_voices(sheet: Sheet, told: Sequence[Happening], *, by_topic: bool) -> None:
    """Draw all that was told."""
    words = sheet.telling.words
    by = (
        words.gettext("All that was told, by topic")
        if by_topic
        else words.gettext("All that was told, by who told it")
    )
    group = sheet.band(by)
    lanes: defaultdict[str, list[Happening]] = defaultdict(list)
    for one in told:
        lanes[words.label(one.topic) if by_topic else sheet.telling.who(one)].append(one)
    for name, those in lanes.items():
        y = sheet.lane(group, name, LANE)
        _draw_lane(sheet, group, those, y)


def _draw_lane(sheet: Sheet, group: Element, told: Sequence[Happening], y: float) -> None:
    places: defaultdict[int, list[Happening]] = defaultdict(list)
    later = 0
    for one in told:
        x = sheet.x(one.happened_at)
        if LEFT <= x <= WIDTH - RIGHT:
            places[int((x - LEFT) // STEP)].append(one)
        later += x > WIDTH - RIGHT
    foot = y + LANE / 2 - 3
    for place, those in places.items():
        first = those[0]
        height = min(LOWEST + 5 * sqrt(len(those) - 1), HIGHEST)
        grave = " grave" if any(one.deed for one in those) else ""
        late = " told-late" if any(one.late_days for one in those) else ""
        link = sheet.link(group, first, _said(sheet, those), f"voice{grave}{late}", tab=False)
        x = LEFT + place * STEP
        put(link, "path", d=f"M{x},{foot}v-{height:.1f}h{STEP - 2}v{height:.1f}z")
    if later:
        put(group, "text", f"+{later}", class_="more", x=WIDTH, y=y + 5, text_anchor="end")


def _said(sheet: Sheet, told: Sequence[Happening]) -> str:
    words: Words = sheet.telling.words
    days = [words.day(day, "medium") for day in _days(told)]
    titles = list(dict.fromkeys(sheet.telling.title(one) for one in told))
    said = ", ".join(titles[:NAMED])
    if len(titles) > NAMED:
        said += f" … (+{len(titles) - NAMED})"
    return f"{' – '.join(days)}: {said}"


def _days(told: Sequence[Happening]) -> dict[date, None]:
    """The first and the last day, once when they are one."""
    return dict.fromkeys(dutch_day(one.happened_at) for one in (told[0], told[-1]))
