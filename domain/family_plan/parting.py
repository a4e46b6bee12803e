"""What goes with a family that is split off, and what stays.

Source: our working agreement. What follows from something that a family brought goes with it, and
so does what is only about members who go, or is named by whoever splits them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.errors import Refused
from domain.family_plan.joined import Guest, Noted
from domain.family_plan.names import Item


@dataclass
class Parted:
    """What goes: items and versions of events; who stays although these events name them; and who
    is named in what stays."""

    own: set[Item]
    versions: list[int] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    named_here: set[str] = field(default_factory=set)


def part(guest: Guest, going: frozenset[str], named: set[Item]) -> Parted:
    """Go through what was recorded since the merge, in that order.

    Raises:
        Refused: when what was named is a part of, or about, what stays.
    """
    parted = Parted({*guest.brought, *named})
    insiders = going | guest.shared
    staying = set(guest.own_items)
    for noted in guest.since:
        follows = not parted.own.isdisjoint(noted.items)
        rest = [one for one in noted.items if one in staying and one not in parted.own]
        about_them = noted.members <= insiders and not noted.members.isdisjoint(going)
        outsiders = noted.members - insiders
        if follows or (about_them and not rest):
            _require_whole(noted, named, rest, outsiders)
            parted.own.update(one for one in noted.items if one not in staying)
            parted.versions.append(noted.version)
            parted.strangers |= outsiders
        else:
            staying.update(noted.items)
            parted.named_here |= noted.members
    return parted


def _require_whole(
    noted: Noted, named: set[Item], rest: list[Item], outsiders: frozenset[str]
) -> None:
    told = sorted(named.intersection(noted.items))
    if told and rest:
        raise Refused(
            "data.items",
            f"{_words(told[0])} is a part of {_words(rest[0])}, which stays; "
            "name both, or leave it",
        )
    if told and outsiders:
        raise Refused(
            "data.items",
            f"{_words(told[0])} is about {min(outsiders)} too, who stays; "
            "let them go as well, or leave it",
        )


def _words(item: Item) -> str:
    return " ".join(item)
