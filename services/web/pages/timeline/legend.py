"""What the marks of a picture mean: only of those that are in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from domain.values import Gravity, IncidentKind, MeasureKind
from projections.story_model import Happening
from services.web.pages.labels import mark
from services.web.pages.timeline.sheet import WIDTH, Element, Sheet, put, width_of
from services.web.pages.timeline.symbols import SURE, path

ROW = 24
Sign = Callable[[Element], None]


def draw_legend(sheet: Sheet, told: Sequence[Happening]) -> None:
    """Draw it at the bottom, in as many rows as it takes."""
    sheet.end_axis()
    group = sheet.band(sheet.telling.words.gettext("What the marks mean"))
    x = 0.0
    sheet.bottom += 6
    for sign, text in _entries(sheet, told):
        wide = 34 + width_of(text)
        if x and x + wide > WIDTH:
            x, sheet.bottom = 0.0, sheet.bottom + ROW
        place = f"translate({round(x + 12)},{round(sheet.bottom)})"
        entry = put(group, "g", class_="entry", transform=place)
        sign(entry)
        put(entry, "text", text, x=16, y=4)
        x += wide
    sheet.bottom += ROW / 2


def _entries(sheet: Sheet, told: Sequence[Happening]) -> Iterator[tuple[Sign, str]]:
    words = sheet.telling.words
    deeds = [one.deed for one in told if one.deed and sheet.shows(one.happened_at)]
    if deeds:
        yield _from_to, words.gettext("from who did it to whom it befell")
    for kind in dict.fromkeys(deed.kind for deed in deeds):
        yield _mark(kind), words.label(kind)
    for sure in dict.fromkeys(SURE[deed.certainty] for deed in deeds):
        yield _mark(IncidentKind.PSYCHOLOGICAL, sure=sure), words.gettext(CERTAIN[sure])
    said = {deed.gravity for deed in deeds if deed.gravity is not None}
    for gravity in (one for one in Gravity if one in said):
        yield _mark(IncidentKind.PSYCHOLOGICAL, gravity), words.label(gravity)
    if deeds:
        yield _tint, words.gettext("since the first time it befell this person")
    for measure in dict.fromkeys(one.measure.kind for one in told if one.measure):
        yield _bar(measure), words.label(measure)
    if any(one.late_days for one in told):
        yield _late, words.gettext("became known more than a week later")
    yield _voice, words.gettext("told; the higher, the more")


CERTAIN = {
    "sure": mark("Established"),
    "told": mark("Told, or not said how certain"),
    "unsure": mark("Suspected, disputed or unknown"),
}


def _mark(kind: IncidentKind, gravity: Gravity | None = None, sure: str = "told") -> Sign:
    def draw(entry: Element) -> None:
        put(entry, "path", class_=f"mark {sure}", d=path(kind, gravity))

    return draw


def _from_to(entry: Element) -> None:
    put(entry, "path", class_="reach", d="M0,-8V7")
    put(entry, "circle", class_="by", cy=-8, r=3.5)
    shape = path(IncidentKind.PSYCHOLOGICAL, Gravity.WORRYING)
    put(entry, "path", class_="mark told", d=shape, transform="translate(0,7)")


def _tint(entry: Element) -> None:
    put(entry, "rect", class_="since", x=-9, y=-8, width=18, height=16)


def _bar(kind: MeasureKind) -> Sign:
    def draw(entry: Element) -> None:
        round_ = 7 if kind is MeasureKind.HELP else 0
        put(entry, "rect", class_=f"bar {kind}", x=-9, y=-7, width=18, height=14, rx=round_)

    return draw


def _late(entry: Element) -> None:
    put(put(entry, "g", class_="voice told-late"), "path", d="M-11,7v-12h5v12z")
    put(entry, "path", class_="late", d="M-3,0H10v-4v8")


def _voice(entry: Element) -> None:
    put(put(entry, "g", class_="voice"), "path", d="M-7,7v-6h5v6zM0,7v-13h5v13z")
