"""The first band: who did something to whom. A lane for each person, lines from doer to victim.

The lanes stand in the order in which people came into it, and each is tinted from the first time
that something was done to that person: a circle that widens goes down like a stair.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.values import UNKNOWN, FamilyRole
from projections.story_model import Deed, Happening
from services.web.pages.timeline.sheet import Element, Sheet, put
from services.web.pages.timeline.symbols import SURE, path

LANE = 40


def draw_deeds(sheet: Sheet, told: Sequence[Happening]) -> None:
    """Draw the incidents, when there are any."""
    deeds = [(one, one.deed) for one in told if one.deed and sheet.shows(one.happened_at)]
    if not deeds:
        return
    gettext = sheet.telling.words.gettext
    group = sheet.band(gettext("Incidents: who did it to whom"))
    tints = put(group, "g")
    lanes = {one: _lane(sheet, group, one) for one in _people(deeds)}
    _tint(sheet, tints, deeds, lanes)
    for one, deed in deeds:
        _draw(sheet, group, one, deed, lanes)


def _people(deeds: Sequence[tuple[Happening, Deed]]) -> list[str]:
    """Who did something, then whom it befell, in the order of time; somebody unknown last."""
    doers = [person for _, deed in deeds for person in deed.by]
    victims = [person for _, deed in deeds for person in deed.against]
    found = dict.fromkeys((*doers, *victims))
    return sorted(found, key=lambda one: one == UNKNOWN)


def _lane(sheet: Sheet, group: Element, person: str) -> float:
    roles: dict[str, FamilyRole] = {one.member_id: one.role for one in sheet.telling.story.people}
    role = roles.get(person)
    more = "" if role is None else sheet.telling.words.label(role)
    return sheet.lane(group, sheet.telling.name(person), LANE, more)


def _tint(
    sheet: Sheet,
    group: Element,
    deeds: Sequence[tuple[Happening, Deed]],
    lanes: dict[str, float],
) -> None:
    begun = set[str]()
    for one, deed in deeds:
        for person in deed.against:
            if person in begun:
                continue
            begun.add(person)
            x, top = sheet.x(one.happened_at), lanes[person] - LANE / 2
            wide = round(max(sheet.reach - x, 0), 1)
            put(group, "rect", class_="since", x=x, y=top + 2, width=wide, height=LANE - 4)


def _draw(
    sheet: Sheet, group: Element, one: Happening, deed: Deed, lanes: dict[str, float]
) -> None:
    x = sheet.x(one.happened_at)
    link = sheet.link(group, one, sheet.telling.sentence(one), "deed")
    reach = [lanes[person] for person in (*deed.by, *deed.against)]
    if max(reach) > min(reach):
        put(link, "path", class_="reach", d=f"M{x},{min(reach)}V{max(reach)}")
    for person in deed.by:
        if person not in deed.against:
            put(link, "circle", class_="by", cx=x, cy=lanes[person], r=3.5)
    for person in deed.against:
        y = lanes[person]
        sheet.late(link, one, y)
        shape = sheet.shape(path(deed.kind, deed.gravity))
        put(link, "use", class_=f"mark {SURE[deed.certainty]}", href=shape, x=x, y=y)
